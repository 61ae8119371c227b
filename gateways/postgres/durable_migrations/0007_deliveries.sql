-- What webhooks took goes when its time has come; the last that each took is found at once.
CREATE INDEX ON durable.delivery (webhook_id, tried_at) WHERE state = 'delivered';

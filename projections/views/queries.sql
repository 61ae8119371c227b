-- The questions people ask across tables. A word in braces is a table by its present name,
-- or a part that is filled in; `creditor_ids` null is every creditor. PostgreSQL plans each
-- question with its values, so that a clause about a null costs nothing.

-- name: after
-- What comes after a place: the first clause finds it in the column's index.
AND {column} {beyond}= %(after_value)s::{column_type}
AND ({column}, {key}) {beyond} (%(after_value)s::{column_type}, %(after_key)s::{key_type})

-- name: in_order
-- One column's order, made whole by the key, and a page of it.
ORDER BY {column} {direction}, {key} {direction} LIMIT %(limit)s::bigint

-- name: joined
-- How a list takes in a table it is not sorted by: a row that is missing hides nothing.
LEFT JOIN

-- name: led
-- How a list takes in the table it is sorted by, so that it can begin there.
JOIN

-- name: status
-- What a case is called on `today`; the same rule as projections/status.py.
CASE WHEN left(c.stage, 14) <> 'INKASSOVARSEL ' THEN c.stage
     WHEN c.varsel_pay_by >= %(today)s::date THEN 'INKASSOVARSEL'
     ELSE 'INKASSOVARSEL FORFALT'
END

-- name: of_stages
-- The cases whose stage is one that was asked for.
AND ({stages})

-- name: stage_range
-- One status on a day, as the range of stages it is.
c.stage BETWEEN %({first})s::text AND %({last})s::text

-- name: searched
-- The cases a word finds: a part of the debtor's name, or a whole case number, invoice
-- number, KID, or amount owed. Each is looked up in an index of its own.
AND c.case_id IN (
    SELECT f.case_id
      FROM {debtor} p
      JOIN {case_list} f ON f.debtor_id = p.debtor_id
     WHERE p.name_parts @> %(name_parts)s::text[]
       AND p.search_name LIKE %(name_like)s::text
     UNION
    SELECT f.case_id FROM {case_list} f WHERE f.case_number = %(word)s::text
     UNION
    SELECT f.case_id FROM {case_list} f WHERE f.kid = %(word)s::text
     UNION
    SELECT f.case_id FROM {invoice} f WHERE f.search_number = %(word)s::text
     UNION
    SELECT f.case_id
      FROM {balance} f
     WHERE f.total_ore BETWEEN %(from_ore)s::bigint AND %(until_ore)s::bigint
     UNION
    SELECT f.case_id
      FROM {case_list} f
     WHERE f.principal_left_ore BETWEEN %(from_ore)s::bigint AND %(until_ore)s::bigint)

-- name: wanted_cases
-- What narrows the list of cases.
      (%(creditor_ids)s::uuid[] IS NULL OR c.creditor_id = ANY (%(creditor_ids)s::uuid[]))
  AND (%(groups)s::text[] IS NULL OR c.status_group = ANY (%(groups)s::text[]))
  AND (%(needs_follow_up)s::boolean IS NULL
       OR c.needs_follow_up = %(needs_follow_up)s::boolean)
  AND (%(approval)s::text IS NULL OR (c.approval = %(approval)s::text AND c.closed IS NULL))
  AND (%(debtor_id)s::uuid IS NULL OR c.debtor_id = %(debtor_id)s::uuid)
  AND (%(from_on)s::date IS NULL OR c.registered_on >= %(from_on)s::date)
  AND (%(until_on)s::date IS NULL OR c.registered_on <= %(until_on)s::date)
  AND (%(closed_from_on)s::date IS NULL OR c.closed_on >= %(closed_from_on)s::date)
  AND (%(closed_until_on)s::date IS NULL OR c.closed_on <= %(closed_until_on)s::date)
  {stages}
  {searched}

-- name: by_balance
-- What a list of cases is sorted by when it is sorted by what is owed.
JOIN {balance} b ON b.case_id = c.case_id

-- name: balance_looked_up
-- What is owed on a case, case by case.
JOIN LATERAL (SELECT f.total_ore
                FROM {balance} f WHERE f.case_id = c.case_id OFFSET 0) b ON true

-- name: debtor_looked_up
-- What a debtor is called, case by case.
JOIN LATERAL (SELECT f.sort_name
                FROM {debtor} f WHERE f.debtor_id = c.debtor_id OFFSET 0) d ON true

-- name: creditor_looked_up
-- What a creditor is called, case by case.
JOIN LATERAL (SELECT f.sort_name
                FROM {creditor} f WHERE f.creditor_id = c.creditor_id OFFSET 0) k ON true

-- name: by_debtor
-- What a list of cases is sorted by when it is sorted by the debtor's name.
JOIN {debtor} d ON d.debtor_id = c.debtor_id

-- name: by_creditor
-- What a list of cases is sorted by when it is sorted by the creditor's name.
JOIN {creditor} k ON k.creditor_id = c.creditor_id

-- name: cases
-- The list of cases: narrowed, searched, sorted by one column, a page at a time. The page is
-- found first, and only its cases are looked up in the other tables.
SELECT c.case_id, c.case_number, c.kid, c.creditor_id, coalesce(k.name, '') AS creditor_name,
       c.debtor_id, coalesce(d.name, '') AS debtor_name, c.debtor_kind, c.registered_on,
       c.invoice_numbers, c.oldest_due_on, c.principal_ore, c.principal_left_ore,
       coalesce(b.total_ore, 0) AS total_ore, coalesce(b.paid_ore, 0) AS paid_ore,
       coalesce(b.held_ore, 0) AS held_ore, {status} AS status, c.status_group,
       c.varsel_pay_by, c.bo_pay_by, c.paused, c.disputed, c.approval, c.approval_asked_on,
       c.closed_on, c.needs_follow_up, c.follow_up, c.last_event_on, c.stage{passed}
  FROM ({page}) p
  JOIN {case_list} c ON c.case_id = p.case_id
  LEFT JOIN {balance} b ON b.case_id = c.case_id
  LEFT JOIN {debtor} d ON d.debtor_id = c.debtor_id
  LEFT JOIN {creditor} k ON k.creditor_id = c.creditor_id
 ORDER BY p.place {direction}, p.case_id {direction}

-- name: status_by_stage
-- What a stage is called on a day; `running` is the last stage of an INKASSOVARSEL that has not
-- run out.
CASE WHEN left(c.stage, 14) <> 'INKASSOVARSEL ' THEN c.stage
     WHEN c.stage <= %(running)s::text THEN 'INKASSOVARSEL'
     ELSE 'INKASSOVARSEL FORFALT'
END

-- name: facets
-- How many of what is counted stand in each group, status and creditor, what is owed on them,
-- how many wait for a person, and how many rows were looked at for that.
SELECT CASE WHEN grouping(t.status_group) = 0 THEN 'group'
            WHEN grouping(t.status) = 0 THEN 'status'
            WHEN grouping(t.creditor_id) = 0 THEN 'creditor'
            WHEN grouping(t.needs_follow_up) = 0 THEN 'follow_up'
            ELSE 'all'
       END AS facet,
       coalesce(t.status_group, t.status, t.creditor_id::text, t.needs_follow_up::text, '')
         AS value,
       coalesce(sum(t.case_count), 0)::bigint AS case_count,
       coalesce(sum(t.total_ore), 0)::bigint AS total_ore,
       count(*) AS row_count
  FROM ({counted}) t
 GROUP BY GROUPING SETS
       ((t.status_group), (t.status), (t.creditor_id), (t.needs_follow_up), ())
HAVING sum(t.case_count) <> 0
    OR grouping(t.status_group, t.status, t.creditor_id, t.needs_follow_up) = 15

-- name: counted_by_tally
-- All that is wanted, as it is tallied under its owners.
SELECT c.creditor_id, {status_by_stage} AS status, c.status_group, c.needs_follow_up,
       c.case_count, c.total_ore
  FROM {case_tally} c
 WHERE c.creditor_id = ANY (%(owners)s::uuid[])
   AND c.stage <> ''
   AND (%(groups)s::text[] IS NULL OR c.status_group = ANY (%(groups)s::text[]))
   AND (%(needs_follow_up)s::boolean IS NULL
        OR c.needs_follow_up = %(needs_follow_up)s::boolean)
   {stages}

-- name: counted_one_by_one
-- Cases that are wanted, at most `bound` of them.
SELECT c.creditor_id, {status} AS status, c.status_group, c.needs_follow_up, 1 AS case_count,
       coalesce(b.total_ore, 0) AS total_ore
  FROM (SELECT c.case_id, c.creditor_id, c.stage, c.varsel_pay_by, c.status_group,
               c.needs_follow_up
          FROM {case_list} c
         WHERE {wanted_cases}
         LIMIT %(bound)s::bigint) c
  LEFT JOIN LATERAL (SELECT f.total_ore
                       FROM {balance} f WHERE f.case_id = c.case_id OFFSET 0) b ON true

-- name: counted_on_the_way
-- The first `bound` cases that would be wanted, those that a common word finds counted as one.
SELECT w.creditor_id, w.status, w.status_group, w.needs_follow_up,
       ({found})::int AS case_count,
       CASE WHEN {found} THEN coalesce(b.total_ore, 0) ELSE 0 END AS total_ore
  FROM (SELECT c.case_id, c.creditor_id, c.debtor_id, c.case_number, c.kid, c.principal_left_ore,
               {status} AS status, c.status_group, c.needs_follow_up
          FROM {case_list} c
         WHERE {wanted_cases}
         ORDER BY c.oldest_due_on, c.case_id
         LIMIT %(bound)s::bigint) w
  {beside_the_way}

-- name: facet_by_creditor
-- The same under each creditor of the house.
SELECT 'creditor' AS facet, c.creditor_id::text AS value,
       sum(c.case_count)::bigint AS case_count, sum(c.total_ore)::bigint AS total_ore,
       count(*) AS row_count
  FROM {case_tally} c
 WHERE c.creditor_id <> %(everybody)s::uuid
   AND (c.stage <> '') = %(by_stage)s::boolean
   AND (%(groups)s::text[] IS NULL OR c.status_group = ANY (%(groups)s::text[]))
   AND (%(needs_follow_up)s::boolean IS NULL
        OR c.needs_follow_up = %(needs_follow_up)s::boolean)
   {stages}
 GROUP BY c.creditor_id
HAVING sum(c.case_count) <> 0

-- name: hits
-- How many a word finds in the whole house, counted no further than `hits_most`.
SELECT count(*) AS hit_count
  FROM (SELECT FROM {debtor} p
          JOIN {case_list} f ON f.debtor_id = p.debtor_id
         WHERE p.name_parts @> %(name_parts)s::text[]
           AND p.search_name LIKE %(name_like)s::text
         UNION ALL
        SELECT FROM {balance} f
         WHERE f.total_ore BETWEEN %(from_ore)s::bigint AND %(until_ore)s::bigint
         UNION ALL
        SELECT FROM {case_list} f
         WHERE f.principal_left_ore BETWEEN %(from_ore)s::bigint AND %(until_ore)s::bigint
         UNION ALL
        SELECT FROM {invoice} f WHERE f.search_number = %(word)s::text
         LIMIT %(hits_most)s::bigint) h

-- name: found
-- Whether a word finds a case on the way: by what `searched` looks up.
coalesce((d.name_parts @> %(name_parts)s::text[] AND d.search_name LIKE %(name_like)s::text)
    OR w.case_number = %(word)s::text
    OR w.kid = %(word)s::text
    OR i.numbered
    OR b.total_ore BETWEEN %(from_ore)s::bigint AND %(until_ore)s::bigint
    OR w.principal_left_ore BETWEEN %(from_ore)s::bigint AND %(until_ore)s::bigint, false)

-- name: beside_the_way
-- What a case on the way is held against: one look into each table's key, never all of a table.
LEFT JOIN LATERAL (SELECT p.search_name, p.name_parts
                     FROM {debtor} p WHERE p.debtor_id = w.debtor_id OFFSET 0) d ON true
LEFT JOIN LATERAL (SELECT f.total_ore
                     FROM {balance} f WHERE f.case_id = w.case_id OFFSET 0) b ON true
LEFT JOIN LATERAL (SELECT true AS numbered
                     FROM {invoice} f
                    WHERE f.case_id = w.case_id AND f.search_number = %(word)s::text
                    LIMIT 1) i ON true

-- name: on_the_way
-- A page of the cases a common word finds: along the order the list is in, not beyond `walk`
-- cases. The last one that was passed is in it too, found or not.
SELECT w.case_id, w.place, w.walked, {found} AS found
  FROM (SELECT n.case_id, n.debtor_id, n.case_number, n.kid, n.principal_left_ore, n.place,
               row_number() OVER (ORDER BY n.place {direction}, n.case_id {direction}) AS walked
          FROM (SELECT c.case_id, c.debtor_id, c.case_number, c.kid, c.principal_left_ore,
                       {column} AS place
                  FROM {case_list} c
                  {leading}
                 WHERE {wanted_cases}
                   {after}
                 ORDER BY {column} {direction}, {key} {direction}
                 LIMIT %(walk)s::bigint) n) w
  {beside_the_way}
 WHERE {found} OR w.walked = %(walk)s::bigint
 ORDER BY w.place {direction}, w.case_id {direction}
 LIMIT %(limit)s::bigint

-- name: page
-- A page of the cases that are wanted.
SELECT c.case_id, {column} AS place
  FROM {case_list} c
  {leading}
 WHERE {wanted_cases}
   {after}
{in_order}

-- name: page_of_found
-- A page of few cases: all of them are found, what they are sorted by is looked up case by case,
-- and they are sorted then.
SELECT c.case_id, {column} AS place
  FROM (SELECT c.case_id, c.debtor_id, c.creditor_id, c.case_number, c.registered_on,
               c.oldest_due_on, c.principal_ore, c.principal_left_ore, c.stage, c.last_event_on
          FROM {case_list} c
         WHERE {wanted_cases}
        OFFSET 0) c
  {looked_up}
 WHERE true
   {after}
{in_order}

-- name: few_wanted
-- How many cases are wanted, counted no further than `hits_most`.
SELECT count(*) AS hit_count
  FROM (SELECT FROM {case_list} c WHERE {wanted_cases} LIMIT %(hits_most)s::bigint) f

-- name: totals
-- How many cases of some creditors (or of everybody) stand in each group, what is owed and held
-- on them together, and how many wait for a person.
SELECT c.status_group, sum(c.case_count)::bigint AS case_count,
       sum(c.total_ore)::bigint AS total_ore,
       sum(c.held_ore)::bigint AS held_ore,
       coalesce(sum(c.case_count) FILTER (WHERE c.needs_follow_up), 0)::bigint
         AS follow_up_count
  FROM {case_tally} c
 WHERE c.creditor_id = ANY (%(owners)s::uuid[])
   AND c.stage <> ''
 GROUP BY c.status_group

-- name: group_heads
-- Up to `limit` cases of each group, those where something happened last first: a group's
-- are found at the end of its index, and no others are looked at.
SELECT c.case_id, c.case_number, c.debtor_id, coalesce(d.name, '') AS debtor_name,
       coalesce(k.name, '') AS creditor_name, {status} AS status, c.status_group,
       coalesce(b.total_ore, 0) AS total_ore, c.needs_follow_up, c.follow_up, c.last_event_on
  FROM unnest(%(groups)s::text[]) WITH ORDINALITY AS g (status_group, place)
 CROSS JOIN LATERAL (
       {heads_of}) c
  LEFT JOIN {balance} b ON b.case_id = c.case_id
  LEFT JOIN {debtor} d ON d.debtor_id = c.debtor_id
  LEFT JOIN {creditor} k ON k.creditor_id = c.creditor_id
 ORDER BY g.place, c.last_event_on DESC, c.case_id DESC

-- name: heads_of_all
-- The last of a group, whoever's they are.
SELECT n.case_id, n.case_number, n.debtor_id, n.creditor_id, n.stage, n.varsel_pay_by,
       n.status_group, n.needs_follow_up, n.follow_up, n.last_event_on
  FROM {case_list} n
 WHERE n.status_group = g.status_group
 ORDER BY n.last_event_on DESC, n.case_id DESC
 LIMIT %(limit)s::bigint

-- name: heads_of_some
-- The last of a group among those of each creditor that was named.
SELECT n.case_id, n.case_number, n.debtor_id, n.creditor_id, n.stage, n.varsel_pay_by,
       n.status_group, n.needs_follow_up, n.follow_up, n.last_event_on
  FROM unnest(%(creditor_ids)s::uuid[]) AS o (creditor_id)
 CROSS JOIN LATERAL (
       SELECT l.case_id, l.case_number, l.debtor_id, l.creditor_id, l.stage, l.varsel_pay_by,
              l.status_group, l.needs_follow_up, l.follow_up, l.last_event_on
         FROM {case_list} l
        WHERE l.creditor_id = o.creditor_id
          AND l.status_group = g.status_group
        ORDER BY l.last_event_on DESC, l.case_id DESC
        LIMIT %(limit)s::bigint) n
 ORDER BY n.last_event_on DESC, n.case_id DESC
 LIMIT %(limit)s::bigint

-- name: cash_flow
-- Period by period, a month or a week: what payments covered, whose it was, and what was paid
-- out. A payment taken back counts against the period it was taken back in.
SELECT date_trunc(%(period)s::text, t.day)::date AS begins_on,
       coalesce(sum(t.creditor_ore + t.agency_ore) FILTER (WHERE t.what <> 'paid_out'), 0)::bigint
         AS covered_ore,
       coalesce(sum(t.creditor_ore) FILTER (WHERE t.what <> 'paid_out'), 0)::bigint
         AS creditor_ore,
       coalesce(sum(t.agency_ore), 0)::bigint AS agency_ore,
       coalesce(sum(t.creditor_ore) FILTER (WHERE t.what = 'paid_out'), 0)::bigint
         AS paid_out_ore
  FROM {day_tally} t
 WHERE t.creditor_id = ANY (%(owners)s::uuid[])
   AND t.day BETWEEN %(from_on)s::date AND %(until_on)s::date
   AND t.what IN ('payment', 'direct_payment', 'reversal', 'reduction', 'paid_out')
 GROUP BY 1
HAVING sum(t.row_count) <> 0
 ORDER BY 1

-- name: unsettled
-- What has come to each creditor and is in no payout yet: what the next ones will be made of.
-- A creditor at a time, from where its last payout ended: what is settled is not looked at.
SELECT k.creditor_id, k.name AS creditor_name, k.settlement, p.first_booked_on, p.last_booked_on,
       p.line_count, p.payable_ore, p.vat_ore, p.debt_ore
  FROM {creditor} k
 CROSS JOIN LATERAL (SELECT coalesce(max(o.until_position), 0) AS position
                       FROM {payout} o
                      WHERE o.creditor_id = k.creditor_id) u
 CROSS JOIN LATERAL (SELECT min(l.booked_on) AS first_booked_on,
                            max(l.booked_on) AS last_booked_on,
                            count(*) AS line_count,
                            sum(l.payable_ore)::bigint AS payable_ore,
                            sum(l.vat_ore)::bigint AS vat_ore,
                            sum(l.debt_ore)::bigint AS debt_ore
                       FROM {payable} l
                      WHERE l.creditor_id = k.creditor_id
                        AND l.nid > u.position) p
 WHERE k.agreed_from IS NOT NULL
   AND p.line_count > 0
   AND (%(creditor_ids)s::uuid[] IS NULL OR k.creditor_id = ANY (%(creditor_ids)s::uuid[]))
 ORDER BY k.creditor_id

-- name: invoices
-- Each invoice with its case and how that stands; `only_outstanding` leaves out what is paid,
-- reduced away, given up or on a case that has ended.
SELECT i.claim_id, i.case_id, i.case_number, i.invoice_number, i.issued_on, i.due_on,
       i.principal_ore, i.principal_paid_ore, i.left_ore, i.creditor_id,
       coalesce(k.name, '') AS creditor_name, i.debtor_id, coalesce(d.name, '') AS debtor_name,
       {status} AS status, c.status_group,
       (c.closed IS NULL AND i.left_ore > 0) AS outstanding
  FROM {invoice} i
  JOIN {case_list} c ON c.case_id = i.case_id
  {debtor_join} {debtor} d ON d.debtor_id = i.debtor_id
  LEFT JOIN {creditor} k ON k.creditor_id = i.creditor_id
 WHERE (%(creditor_ids)s::uuid[] IS NULL OR i.creditor_id = ANY (%(creditor_ids)s::uuid[]))
   AND (%(case_id)s::uuid IS NULL OR i.case_id = %(case_id)s::uuid)
   AND (%(debtor_id)s::uuid IS NULL OR i.debtor_id = %(debtor_id)s::uuid)
   AND (%(number)s::text IS NULL OR i.search_number = %(number)s::text)
   AND (NOT %(only_outstanding)s::boolean OR (c.closed IS NULL AND i.left_ore > 0))
   {after}
 {in_order}

-- name: candidates
-- Invoices handed over and in no case yet, debtor by debtor: all of a debtor's go together.
SELECT g.creditor_id, g.creditor_name, g.debtor_id, g.debtor_name, g.invoice_count,
       g.principal_ore, g.ripe_count, g.ripe_ore, g.first_ripe_on, g.last_day_on
  FROM (SELECT a.creditor_id, a.debtor_id,
               coalesce(k.name, '') AS creditor_name,
               coalesce(d.name, '') AS debtor_name,
               coalesce(d.sort_name, '') AS debtor_sort_name,
               count(*) AS invoice_count,
               sum(a.principal_ore)::bigint AS principal_ore,
               count(*) FILTER (WHERE a.ripe_on <= %(today)s::date
                                  AND a.too_old_after >= %(today)s::date) AS ripe_count,
               coalesce(sum(a.principal_ore) FILTER (
                 WHERE a.ripe_on <= %(today)s::date
                   AND a.too_old_after >= %(today)s::date), 0)::bigint AS ripe_ore,
               min(a.ripe_on) AS first_ripe_on,
               min(a.too_old_after) AS last_day_on
          FROM {candidate} a
          LEFT JOIN {debtor} d ON d.debtor_id = a.debtor_id
          LEFT JOIN {creditor} k ON k.creditor_id = a.creditor_id
         WHERE (%(creditor_ids)s::uuid[] IS NULL
                OR a.creditor_id = ANY (%(creditor_ids)s::uuid[]))
         GROUP BY a.creditor_id, a.debtor_id, k.name, d.name, d.sort_name) g
 WHERE (NOT %(only_ripe)s::boolean OR g.ripe_count > 0)
   {after}
 {in_order}

-- name: candidate_invoices
-- The invoices that are in no case yet, one by one.
SELECT a.claim_id, a.creditor_id, a.debtor_id, a.invoice_number, a.issued_on, a.due_on,
       a.principal_ore, a.offered_on, a.ripe_on, a.too_old_after,
       CASE WHEN a.too_old_after < %(today)s::date THEN 'too_old'
            WHEN a.ripe_on <= %(today)s::date THEN 'ripe'
            ELSE 'waits'
       END AS state
  FROM {candidate} a
 WHERE (%(creditor_ids)s::uuid[] IS NULL OR a.creditor_id = ANY (%(creditor_ids)s::uuid[]))
   AND (%(debtor_id)s::uuid IS NULL OR a.debtor_id = %(debtor_id)s::uuid)
   {after}
 {in_order}

-- name: payouts
-- The transfers to creditors.
SELECT o.payout_id, o.creditor_id, coalesce(k.name, '') AS creditor_name, o.state,
       o.prepared_on, o.instructed_on, o.confirmed_on, o.rejected_on, o.reason, o.line_count,
       o.principal_ore, o.interest_ore, o.fees_ore, o.payable_ore, o.vat_withheld_ore,
       o.set_off_ore, o.amount_ore
  FROM {payout} o
  LEFT JOIN {creditor} k ON k.creditor_id = o.creditor_id
 WHERE (%(creditor_ids)s::uuid[] IS NULL OR o.creditor_id = ANY (%(creditor_ids)s::uuid[]))
   AND (%(payout_id)s::uuid IS NULL OR o.payout_id = %(payout_id)s::uuid)
   AND (%(states)s::text[] IS NULL OR o.state = ANY (%(states)s::text[]))
   AND (%(from_on)s::date IS NULL OR o.prepared_on >= %(from_on)s::date)
   AND (%(until_on)s::date IS NULL OR o.prepared_on <= %(until_on)s::date)
   {after}
 {in_order}

-- name: payout_lines
-- What a payout was made of, with the debtor of each line.
SELECT l.payout_id, l.line, l.what, l.case_id, l.case_number, l.invoice_number, l.booked_on,
       l.principal_ore, l.interest_ore, l.fees_ore, l.payable_ore, l.salaer_ore,
       l.agency_fees_ore, l.vat_ore, l.debt_ore, l.source_event_id,
       c.debtor_id, coalesce(d.name, '') AS debtor_name
  FROM {payout_line} l
  LEFT JOIN {case_list} c ON c.case_id = l.case_id
  LEFT JOIN {debtor} d ON d.debtor_id = c.debtor_id
 WHERE (%(creditor_ids)s::uuid[] IS NULL OR l.creditor_id = ANY (%(creditor_ids)s::uuid[]))
   AND (%(payout_id)s::uuid IS NULL OR l.payout_id = %(payout_id)s::uuid)
   AND (%(case_id)s::uuid IS NULL OR l.case_id = %(case_id)s::uuid)
   {after}
 {in_order}

-- name: payments
-- The payments on cases, with what each covered.
SELECT p.payment_id, p.case_id, c.case_number, c.creditor_id,
       coalesce(k.name, '') AS creditor_name,
       c.debtor_id, coalesce(d.name, '') AS debtor_name,
       p.source, p.state, p.amount_ore, p.ordered_on, p.received_on, p.booked_on,
       p.principal_ore, p.interest_ore, p.costs_ore, p.creditor_ore, p.agency_ore, p.held_ore
  FROM {payment} p
  JOIN {case_list} c ON c.case_id = p.case_id
  LEFT JOIN {debtor} d ON d.debtor_id = c.debtor_id
  LEFT JOIN {creditor} k ON k.creditor_id = c.creditor_id
 WHERE (%(creditor_ids)s::uuid[] IS NULL OR c.creditor_id = ANY (%(creditor_ids)s::uuid[]))
   AND (%(case_id)s::uuid IS NULL OR p.case_id = %(case_id)s::uuid)
   AND (%(from_on)s::date IS NULL OR p.booked_on >= %(from_on)s::date)
   AND (%(until_on)s::date IS NULL OR p.booked_on <= %(until_on)s::date)
   {after}
 {in_order}

-- name: suspense
-- The payments that wait for a person to find their case.
SELECT p.payment_id, p.amount_ore, p.ordered_on, p.received_on, p.booked_on,
       p.suspense_reason, p.kid, p.payer_account, p.source_file, p.source_line
  FROM {payment} p
 WHERE p.state = 'suspense'
   {after}
 {in_order}

-- name: creditors
-- The agency's clients, and what is agreed with each.
SELECT k.creditor_id, k.number, k.name, k.orgnr, k.address, k.email, k.created_on,
       k.terms_version, k.terms_accepted_by, k.terms_accepted_on, k.agreed_from, k.deducts_vat,
       k.allocation, k.free_withdrawal_days, k.withdrawal_fee_ore, k.settlement,
       k.small_balance_ore, k.due_date_shift, k.claim_letter_fees, k.claim_compensation,
       k.letters, k.payout_account, k.account_approved_by, k.proposed_account, k.proposed_by,
       k.proposed_on
  FROM {creditor} k
 WHERE (%(creditor_ids)s::uuid[] IS NULL OR k.creditor_id = ANY (%(creditor_ids)s::uuid[]))
   {after}
 {in_order}

-- name: debtors
-- Those who owe the creditors that are asked for, or owed them once.
SELECT d.debtor_id, d.kind, d.name, d.address, d.postcode, d.city, d.country, d.email,
       d.mobile, d.recorded_on, d.erased
  FROM {debtor} d
 WHERE {whose}
   AND (%(debtor_id)s::uuid IS NULL OR d.debtor_id = %(debtor_id)s::uuid)
   {named_so}
   {after}
 {in_order}

-- name: asked_of_each
-- Whose they are, looked up debtor by debtor (which OFFSET 0 holds the planner to): for
-- creditors that many of the house owe.
(%(creditor_ids)s::uuid[] IS NULL
 OR EXISTS (SELECT FROM {case_list} c
             WHERE c.debtor_id = d.debtor_id
               AND c.creditor_id = ANY (%(creditor_ids)s::uuid[]) OFFSET 0)
 OR EXISTS (SELECT FROM {candidate} a
             WHERE a.debtor_id = d.debtor_id
               AND a.creditor_id = ANY (%(creditor_ids)s::uuid[]) OFFSET 0))

-- name: found_first
-- Whose they are, found first and sorted then: for creditors that few owe.
d.debtor_id IN (
    SELECT c.debtor_id FROM {case_list} c WHERE c.creditor_id = ANY (%(creditor_ids)s::uuid[])
     UNION
    SELECT a.debtor_id FROM {candidate} a WHERE a.creditor_id = ANY (%(creditor_ids)s::uuid[]))

-- name: how_many
-- How many cases these creditors have.
SELECT coalesce(sum(c.case_count), 0)::bigint AS case_count
  FROM {case_tally} c
 WHERE c.creditor_id = ANY (%(creditor_ids)s::uuid[])
   AND c.stage = ''

-- name: named_so
-- Those whose name has the word in it.
AND d.name_parts @> %(name_parts)s::text[] AND d.search_name LIKE %(name_like)s::text

-- name: activities
-- All that has touched a case: letters, contacts, payments, objections, and what was decided.
SELECT t.event_id, t.case_id, c.case_number, c.creditor_id,
       coalesce(k.name, '') AS creditor_name,
       c.debtor_id, coalesce(d.name, '') AS debtor_name,
       t.nid, t.version, t.on, t.at, t.kind, t.what, t.type, t.actor
  FROM {timeline} t
  JOIN {case_list} c ON c.case_id = t.case_id
  LEFT JOIN {debtor} d ON d.debtor_id = c.debtor_id
  LEFT JOIN {creditor} k ON k.creditor_id = c.creditor_id
 WHERE (%(creditor_ids)s::uuid[] IS NULL OR c.creditor_id = ANY (%(creditor_ids)s::uuid[]))
   AND (%(case_id)s::uuid IS NULL OR t.case_id = %(case_id)s::uuid)
   AND (%(kinds)s::text[] IS NULL OR t.kind = ANY (%(kinds)s::text[]))
   AND (%(from_on)s::date IS NULL OR t.on >= %(from_on)s::date)
   AND (%(until_on)s::date IS NULL OR t.on <= %(until_on)s::date)
   {after}
 {in_order}

-- name: documents
-- Every letter that has left the house, with its case.
SELECT l.letter_id, l.case_id, c.case_number, c.creditor_id,
       coalesce(k.name, '') AS creditor_name,
       c.debtor_id, coalesce(d.name, '') AS debtor_name,
       l.kind, l.channel, l.sent_on, l.pay_by, l.returned_on
  FROM {document} l
  JOIN {case_list} c ON c.case_id = l.case_id
  LEFT JOIN {debtor} d ON d.debtor_id = c.debtor_id
  LEFT JOIN {creditor} k ON k.creditor_id = c.creditor_id
 WHERE (%(creditor_ids)s::uuid[] IS NULL OR c.creditor_id = ANY (%(creditor_ids)s::uuid[]))
   AND (%(case_id)s::uuid IS NULL OR l.case_id = %(case_id)s::uuid)
   AND (%(letter_id)s::uuid IS NULL OR l.letter_id = %(letter_id)s::uuid)
   {after}
 {in_order}

-- name: period
-- What a period brought: cases begun and ended, and what payments covered. Suspense belongs
-- to no creditor, and is told to those who see all.
SELECT d.registered_count, d.paid_count, d.loss_count, d.withdrawn_count, d.creditor_ore,
       d.agency_ore, s.suspense_count, s.suspense_ore
  FROM (SELECT coalesce(sum(t.row_count) FILTER (WHERE t.what = 'registered'), 0)::bigint
                 AS registered_count,
               coalesce(sum(t.row_count) FILTER (WHERE t.what = 'paid'), 0)::bigint
                 AS paid_count,
               coalesce(sum(t.row_count) FILTER (WHERE t.what = 'part_paid_with_loss'), 0)::bigint
                 AS loss_count,
               coalesce(sum(t.row_count) FILTER (
                 WHERE t.what IN ('withdrawn', 'objection_accepted')), 0)::bigint
                 AS withdrawn_count,
               coalesce(sum(t.creditor_ore) FILTER (WHERE t.what <> 'paid_out'), 0)::bigint
                 AS creditor_ore,
               coalesce(sum(t.agency_ore), 0)::bigint AS agency_ore
          FROM {day_tally} t
         WHERE t.creditor_id = ANY (%(owners)s::uuid[])
           AND t.day BETWEEN %(from_on)s::date AND %(until_on)s::date) d,
       (SELECT count(*) AS suspense_count,
               coalesce(sum(amount_ore), 0)::bigint AS suspense_ore
          FROM {payment}
         WHERE state = 'suspense' AND %(everybody)s::boolean) s

-- name: overdue_steps
-- How many cases wait for a step whose day has come, and since when the longest has.
SELECT count(*) AS case_count, min(due_on) AS since FROM {due} WHERE due_on <= %(today)s::date

-- name: backlog
-- What is ordered or released and not reported, by kind and state, and since when.
SELECT kind, state, count(*) AS act_count, min(ordered_on) AS since
  FROM {ordered_act}
 WHERE state IN ('ordered', 'released')
 GROUP BY kind, state
 ORDER BY kind, state

-- name: account_totals
-- What each account of the ledger stands at.
SELECT account, sum(amount_ore)::bigint AS amount_ore FROM {account_tally} GROUP BY account

-- name: happenings
-- The events of cases, payouts and creditors between two places of a shard, with whose they are.
WITH placed AS (
       SELECT shard, nid, event_id, type, version, recorded_at,
              CASE WHEN stream LIKE 'case-%%' THEN substr(stream, 6)::uuid END AS case_id,
              CASE WHEN stream LIKE 'settlement-%%' OR stream LIKE 'creditor-%%'
                   THEN right(stream, 36)::uuid
              END AS own_creditor_id
         FROM kravspor_index.event
        WHERE shard = %(shard)s::bigint
          AND nid > %(after)s::bigint AND nid <= %(until)s::bigint
     )
SELECT p.shard, p.nid, p.event_id, p.type, p.recorded_at,
       coalesce(c.creditor_id, p.own_creditor_id) AS creditor_id,
       c.case_id, c.case_number, t."on" AS happened_on, t.what
  FROM placed p
  LEFT JOIN {case_list} c ON c.case_id = p.case_id
  LEFT JOIN {timeline} t ON t.case_id = c.case_id AND t.version = p.version
 WHERE coalesce(c.creditor_id, p.own_creditor_id) IS NOT NULL
   AND (%(creditor_ids)s::uuid[] IS NULL
        OR coalesce(c.creditor_id, p.own_creditor_id) = ANY (%(creditor_ids)s::uuid[]))
 ORDER BY p.nid

-- name: cases_tallied
-- What a case counts as: under its creditor whatever its stage and by its stage, and by its
-- stage under everybody.
SELECT o.creditor_id, o.stage, c.status_group, c.needs_follow_up,
       1 AS case_count, coalesce(b.total_ore, 0) AS total_ore, coalesce(b.held_ore, 0) AS held_ore
  FROM {case_list} c
  LEFT JOIN {balance} b ON b.case_id = c.case_id
 CROSS JOIN LATERAL (VALUES (c.creditor_id, ''), (c.creditor_id, c.stage),
                            ('00000000-0000-0000-0000-000000000000'::uuid, c.stage)) AS o (creditor_id, stage)

-- name: case_days_tallied
-- The day a case began, and the day it ended.
SELECT o.creditor_id, w.day, w.what, 1 AS row_count, 0 AS creditor_ore, 0 AS agency_ore
  FROM {case_list} c
 CROSS JOIN LATERAL (VALUES (c.registered_on, 'registered'), (c.closed_on, c.closed))
         AS w (day, what)
 CROSS JOIN LATERAL (VALUES (c.creditor_id), ('00000000-0000-0000-0000-000000000000'::uuid)) AS o (creditor_id)
 WHERE w.day IS NOT NULL

-- name: payable_days_tallied
-- What a line brought its creditor and the agency, on the day it was booked.
SELECT o.creditor_id, p.booked_on AS day, p.what, 1 AS row_count,
       p.principal_ore + p.interest_ore + p.fees_ore AS creditor_ore,
       p.salaer_ore + p.agency_fees_ore AS agency_ore
  FROM {payable} p
 CROSS JOIN LATERAL (VALUES (p.creditor_id), ('00000000-0000-0000-0000-000000000000'::uuid)) AS o (creditor_id)

-- name: payout_days_tallied
-- What was paid out, on the day the bank confirmed it.
SELECT o.creditor_id, p.confirmed_on AS day, 'paid_out' AS what, 1 AS row_count,
       p.amount_ore AS creditor_ore, 0 AS agency_ore
  FROM {payout} p
 CROSS JOIN LATERAL (VALUES (p.creditor_id), ('00000000-0000-0000-0000-000000000000'::uuid)) AS o (creditor_id)
 WHERE p.state = 'confirmed' AND p.confirmed_on IS NOT NULL

-- name: accounts_tallied
-- What a posting moves.
SELECT p.account, p.amount_ore FROM {posting} p

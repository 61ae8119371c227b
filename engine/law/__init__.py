"""The law and the money: pure functions over dated tables; an unknown figure is refused."""

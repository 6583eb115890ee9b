"""Text of the generated modules that is the same for every unit: functions in the order in which a module holds them."""

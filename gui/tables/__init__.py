"""Tables: the list of records as a grid that behaves like Excel."""

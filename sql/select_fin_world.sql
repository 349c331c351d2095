-- Data origin of the database; no row: not marked yet.
select world from fin_world

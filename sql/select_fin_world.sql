-- The world this database belongs to; no row: not marked yet.
select world from fin_world

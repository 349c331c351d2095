-- The handle comes with the row: a key that the database makes itself cannot tell two rows of one answer apart.
alter table x_user_profiles alter column handle drop expression if exists;
alter table x_user_profiles drop constraint if exists x_user_profiles_handle;
alter table x_user_profiles add constraint x_user_profiles_handle check (handle = lower(username));

-- How many trades were inserted, also those of the transaction that is not committed yet; one row of a sequence instead of a count of all rows.
select case when is_called then last_value else 0 end as trades from sp500_websocket_trades_id_seq

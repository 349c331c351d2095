-- How many trades are stored.
select count(*) as trades from sp500_websocket_trades

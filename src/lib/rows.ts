// GENERATED from initdb/ by `fin db types`. Do not edit: change a file in initdb/ and run it again.
/* eslint-disable */

/**
 * A new row, without the columns that the database fills. Columns with a default are optional. numeric and bigint
 * are text, instants ISO 8601 in UTC.
 */
export interface NewRow {
  balance_sheet: {
    symbol: string
    fiscal_date_ending: string
    period: string
    reported_currency: string | null
    total_assets: string | null
    total_current_assets: string | null
    cash_and_cash_equivalents_at_carrying_value: string | null
    cash_and_short_term_investments: string | null
    inventory: string | null
    current_net_receivables: string | null
    total_non_current_assets: string | null
    property_plant_equipment: string | null
    accumulated_depreciation_amortization_ppe: string | null
    intangible_assets: string | null
    intangible_assets_excluding_goodwill: string | null
    goodwill: string | null
    investments: string | null
    long_term_investments: string | null
    short_term_investments: string | null
    other_current_assets: string | null
    other_non_current_assets: string | null
    total_liabilities: string | null
    total_current_liabilities: string | null
    current_accounts_payable: string | null
    deferred_revenue: string | null
    current_debt: string | null
    short_term_debt: string | null
    total_non_current_liabilities: string | null
    capital_lease_obligations: string | null
    long_term_debt: string | null
    current_long_term_debt: string | null
    long_term_debt_noncurrent: string | null
    short_long_term_debt_total: string | null
    other_current_liabilities: string | null
    other_non_current_liabilities: string | null
    total_shareholder_equity: string | null
    treasury_stock: string | null
    retained_earnings: string | null
    common_stock: string | null
    common_stock_shares_outstanding: string | null
    fetched_at: string | null
  }
  balance_sheet_history: {
    symbol: string
    fiscal_date_ending: string
    period: string
    reported_currency: string | null
    total_assets: string | null
    total_current_assets: string | null
    cash_and_cash_equivalents_at_carrying_value: string | null
    cash_and_short_term_investments: string | null
    inventory: string | null
    current_net_receivables: string | null
    total_non_current_assets: string | null
    property_plant_equipment: string | null
    accumulated_depreciation_amortization_ppe: string | null
    intangible_assets: string | null
    intangible_assets_excluding_goodwill: string | null
    goodwill: string | null
    investments: string | null
    long_term_investments: string | null
    short_term_investments: string | null
    other_current_assets: string | null
    other_non_current_assets: string | null
    total_liabilities: string | null
    total_current_liabilities: string | null
    current_accounts_payable: string | null
    deferred_revenue: string | null
    current_debt: string | null
    short_term_debt: string | null
    total_non_current_liabilities: string | null
    capital_lease_obligations: string | null
    long_term_debt: string | null
    current_long_term_debt: string | null
    long_term_debt_noncurrent: string | null
    short_long_term_debt_total: string | null
    other_current_liabilities: string | null
    other_non_current_liabilities: string | null
    total_shareholder_equity: string | null
    treasury_stock: string | null
    retained_earnings: string | null
    common_stock: string | null
    common_stock_shares_outstanding: string | null
    collected_at: string
  }
  bithumb_coingecko_mapping: {
    market_code: string
    symbol: string
    bithumb_korean_name: string | null
    bithumb_english_name: string | null
    coingecko_id: string | null
    coingecko_name: string | null
    status: string
    override?: boolean
    match_method: string
    match_score: string | null
    market_cap_rank: number | null
    symbol_agrees: boolean | null
    name_similarity: string | null
    price_gap_pct: string | null
    krw_per_usd: string | null
    price_compared_at: string | null
    candidates: unknown
    notes: string | null
    is_active?: boolean
    verified_at: string | null
    verified_by: string | null
  }
  bithumb_ticker: {
    market: string
    trade_date: string | null
    trade_time: string | null
    trade_date_kst: string | null
    trade_time_kst: string | null
    trade_timestamp: string | null
    opening_price: string | null
    high_price: string | null
    low_price: string | null
    trade_price: string
    prev_closing_price: string | null
    change: string | null
    change_price: string | null
    change_rate: string | null
    signed_change_price: string | null
    signed_change_rate: string | null
    trade_volume: string | null
    acc_trade_price: string | null
    acc_trade_price_24h: string | null
    acc_trade_volume: string | null
    acc_trade_volume_24h: string | null
    highest_52_week_price: string | null
    highest_52_week_date: string | null
    lowest_52_week_price: string | null
    lowest_52_week_date: string | null
    timestamp_field: string
    quoted_at: string
    source: string | null
  }
  bithumb_ticker_latest: {
    market: string
    trade_date: string | null
    trade_time: string | null
    trade_date_kst: string | null
    trade_time_kst: string | null
    trade_timestamp: string | null
    opening_price: string | null
    high_price: string | null
    low_price: string | null
    trade_price: string
    prev_closing_price: string | null
    change: string | null
    change_price: string | null
    change_rate: string | null
    signed_change_price: string | null
    signed_change_rate: string | null
    trade_volume: string | null
    acc_trade_price: string | null
    acc_trade_price_24h: string | null
    acc_trade_volume: string | null
    acc_trade_volume_24h: string | null
    highest_52_week_price: string | null
    highest_52_week_date: string | null
    lowest_52_week_price: string | null
    lowest_52_week_date: string | null
    timestamp_field: string
    quoted_at: string
    source: string | null
  }
  coingecko_coin_details: {
    coingecko_id: string
    symbol: string
    name: string
    web_slug: string | null
    description_en: string | null
    genesis_date: string | null
    country_origin: string | null
    homepage_url: string | null
    blockchain_site: string | null
    twitter_screen_name: string | null
    facebook_username: string | null
    telegram_channel_identifier: string | null
    subreddit_url: string | null
    github_repos: unknown
    image_thumb: string | null
    image_small: string | null
    image_large: string | null
    categories: unknown
    current_price_usd: string | null
    current_price_krw: string | null
    market_cap_usd: string | null
    market_cap_rank: number | null
    total_volume_usd: string | null
    ath_usd: string | null
    ath_change_percentage: string | null
    ath_date: string | null
    atl_usd: string | null
    atl_change_percentage: string | null
    atl_date: string | null
    total_supply: string | null
    circulating_supply: string | null
    max_supply: string | null
    price_change_24h_usd: string | null
    price_change_percentage_24h: string | null
    price_change_percentage_7d: string | null
    price_change_percentage_30d: string | null
    community_score: string | null
    twitter_followers: number | null
    reddit_subscribers: number | null
    telegram_channel_user_count: number | null
    developer_score: string | null
    forks: number | null
    stars: number | null
    total_issues: number | null
    closed_issues: number | null
    commit_count_4_weeks: number | null
    public_interest_score: string | null
    liquidity_score: string | null
    coingecko_last_updated: string | null
  }
  coingecko_derivatives: {
    batch_id: string
    market: string
    symbol: string
    index_id: string
    contract_type: string
    expired_at: string | null
    expiry?: string
    price: string | null
    price_percentage_change_24h: string | null
    index_price: string | null
    basis: string | null
    spread: string | null
    funding_rate: string | null
    open_interest_usd: string | null
    volume_24h_usd: string | null
    last_traded_at: string | null
    collected_at: string
  }
  coingecko_global_market_data: {
    coingecko_updated_at: string
    active_cryptocurrencies: number | null
    upcoming_icos: number | null
    ongoing_icos: number | null
    ended_icos: number | null
    markets: number | null
    total_market_cap_usd: string | null
    total_market_cap_krw: string | null
    total_market_cap_btc: string | null
    total_market_cap_eth: string | null
    total_volume_usd: string | null
    total_volume_krw: string | null
    total_volume_btc: string | null
    total_volume_eth: string | null
    btc_dominance: string | null
    eth_dominance: string | null
    bnb_dominance: string | null
    xrp_dominance: string | null
    ada_dominance: string | null
    sol_dominance: string | null
    doge_dominance: string | null
    market_cap_change_percentage_24h_usd: string | null
    volume_change_percentage_24h_usd: string | null
    market_cap_percentage_json: unknown
    total_market_cap_json: unknown
    total_volume_json: unknown
    collected_at: string
  }
  coingecko_id_mapping: {
    coingecko_id: string
    symbol: string
    name: string
    image_url: string | null
    current_price_usd: string | null
    market_cap_usd: string | null
    market_cap_rank: number | null
    market_cap_rank_with_rehypothecated: number | null
    total_volume_usd: string | null
    price_change_percentage_24h: string | null
    ath_usd: string | null
    ath_date: string | null
    atl_usd: string | null
    atl_date: string | null
    circulating_supply: string | null
    total_supply: string | null
    max_supply: string | null
    last_updated: string | null
  }
  coingecko_tickers_bithumb_matched: {
    coingecko_id: string
    exchange_id: string
    base: string
    target: string
    timestamp: string
    market_code: string | null
    symbol: string | null
    coin_name: string | null
    exchange_name: string
    last_price: string | null
    volume_24h: string | null
    converted_last_usd: string | null
    converted_volume_usd: string | null
    trust_score: string | null
    bid_ask_spread_percentage: string | null
    last_traded_at: string | null
    last_fetch_at: string | null
    is_anomaly: boolean | null
    is_stale: boolean | null
    trade_url: string | null
    coin_mcap_usd: string | null
    match_method: string | null
    market_cap_rank: number | null
    korean_name: string | null
    bithumb_price_krw: string | null
    bithumb_quoted_at: string | null
    price_change_percentage_24h: string | null
    bithumb_change_pct: string | null
  }
  collection_gaps: {
    unit: string
    began_at: string
    ended_at: string
  }
  company_news: {
    symbol: string
    url: string
    source: string | null
    title: string | null
    description: string | null
    content: string | null
    published_at: string | null
    fetched_at: string | null
  }
  company_overview: {
    symbol: string
    as_of: string
    asset_type: string | null
    name: string
    description: string | null
    cik: string | null
    exchange: string | null
    currency: string | null
    country: string | null
    sector: string | null
    industry: string | null
    address: string | null
    official_site: string | null
    fiscal_year_end: string | null
    latest_quarter: string | null
    market_capitalization: string | null
    ebitda: string | null
    pe_ratio: string | null
    peg_ratio: string | null
    book_value: string | null
    dividend_per_share: string | null
    dividend_yield: string | null
    eps: string | null
    revenue_per_share_ttm: string | null
    profit_margin: string | null
    operating_margin_ttm: string | null
    return_on_assets_ttm: string | null
    return_on_equity_ttm: string | null
    revenue_ttm: string | null
    gross_profit_ttm: string | null
    diluted_eps_ttm: string | null
    quarterly_earnings_growth_yoy: string | null
    quarterly_revenue_growth_yoy: string | null
    analyst_target_price: string | null
    trailing_pe: string | null
    forward_pe: string | null
    price_to_sales_ratio_ttm: string | null
    price_to_book_ratio: string | null
    ev_to_revenue: string | null
    ev_to_ebitda: string | null
    beta: string | null
    week_52_high: string | null
    week_52_low: string | null
    day_50_moving_average: string | null
    day_200_moving_average: string | null
    shares_outstanding: string | null
    dividend_date: string | null
    ex_dividend_date: string | null
    extra: unknown
  }
  company_overview_history: {
    symbol: string
    as_of: string
    asset_type: string | null
    name: string | null
    cik: string | null
    exchange: string | null
    currency: string | null
    country: string | null
    sector: string | null
    industry: string | null
    fiscal_year_end: string | null
    latest_quarter: string | null
    market_capitalization: string | null
    ebitda: string | null
    pe_ratio: string | null
    peg_ratio: string | null
    book_value: string | null
    dividend_per_share: string | null
    dividend_yield: string | null
    eps: string | null
    revenue_per_share_ttm: string | null
    profit_margin: string | null
    operating_margin_ttm: string | null
    return_on_assets_ttm: string | null
    return_on_equity_ttm: string | null
    revenue_ttm: string | null
    gross_profit_ttm: string | null
    diluted_eps_ttm: string | null
    quarterly_earnings_growth_yoy: string | null
    quarterly_revenue_growth_yoy: string | null
    analyst_target_price: string | null
    trailing_pe: string | null
    forward_pe: string | null
    price_to_sales_ratio_ttm: string | null
    price_to_book_ratio: string | null
    ev_to_revenue: string | null
    ev_to_ebitda: string | null
    beta: string | null
    week_52_high: string | null
    week_52_low: string | null
    day_50_moving_average: string | null
    day_200_moving_average: string | null
    shares_outstanding: string | null
    dividend_date: string | null
    ex_dividend_date: string | null
    extra: unknown
  }
  cpi: {
    series_id: string
    date: string
    cpi_value: string | null
    interval_type: string
    unit: string | null
    name: string | null
    realtime_start: string | null
  }
  credential_rests: {
    provider: string
    credential: string
    kind: string
    since: string
    until: string | null
    why: string
    fingerprint: string | null
  }
  earnings_calendar: {
    symbol: string
    company_name: string | null
    report_date: string
    fiscal_date_ending: string | null
    estimate: string | null
    currency: string | null
    time_of_day: string | null
    event_description: string | null
    fetched_at: string | null
    superseded_at: string | null
  }
  earnings_calendar_history: {
    symbol: string
    fiscal_date_ending: string
    report_date: string
    estimate: string | null
    currency: string | null
    time_of_day: string | null
    is_named?: boolean
    collected_at: string
  }
  earnings_news_finnhub: {
    symbol: string
    report_date: string
    url: string
    category: string | null
    article_id: string | null
    headline: string | null
    image: string | null
    related: string | null
    source: string | null
    summary: string | null
    published_at: string
    fetched_at: string | null
  }
  email_subscriptions: {
    email: string
    scope: string
    unsubscribe_token?: string | null
    is_verified?: boolean
    verification_token: string | null
    verification_expires_at: string | null
    verified_at: string | null
    agreed_at: string | null
    is_active?: boolean
  }
  etf_basic_info: {
    symbol: string
    name: string
    fund_family: string | null
    category: string | null
    popularity_rank: number | null
    expense_ratio: string | null
    aum: string | null
    inception_date: string | null
    dividend_yield: string | null
    nav: string | null
    beta: string | null
    week_52_high: string | null
    week_52_low: string | null
    ytd_return: string | null
    yahoo_collected?: boolean
    finnhub_enabled?: boolean
    alphavantage_collected?: boolean
    description: string | null
    website_url: string | null
  }
  etf_holdings: {
    etf_symbol: string
    as_of: string
    holding: string
    symbol: string | null
    description: string | null
    weight: string | null
  }
  etf_market_snapshots: {
    symbol: string
    snapshot_time: string
    etf_name: string | null
    current_price: string | null
    previous_close: string | null
    change_amount: string | null
    change_percentage: string | null
    volume: string | null
    volume_24h: string | null
    market_state: string | null
    is_stale?: boolean
    as_of: string | null
  }
  etf_profile_holdings: {
    symbol: string
    as_of: string
    net_assets: string | null
    net_expense_ratio: string | null
    portfolio_turnover: string | null
    dividend_yield: string | null
    inception_date: string | null
    leveraged: boolean | null
    sectors: unknown
    holdings: unknown
    collected_at: string | null
  }
  etf_profile_holdings_history: {
    symbol: string
    as_of: string
    net_assets: string | null
    net_expense_ratio: string | null
    portfolio_turnover: string | null
    dividend_yield: string | null
    inception_date: string | null
    leveraged: boolean | null
    sectors: unknown
    collected_at: string | null
  }
  etf_realtime_prices: {
    symbol: string
    trade_id: string
    price: string
    volume: string | null
    timestamp_ms: string
    traded_at: string
    trade_conditions: string[] | null
    source: string | null
    flag: string | null
  }
  federal_funds_rate: {
    series_id: string
    date: string
    rate: string | null
    interval_type: string
    unit: string | null
    name: string | null
    realtime_start: string | null
  }
  fin_world: {
    only_row?: boolean
    world: string
  }
  finnhub_trades: {
    symbol: string
    trade_id: string
    price: string
    volume: string | null
    timestamp_ms: string
    traded_at: string
    trade_conditions: string[] | null
    category: string | null
    source: string | null
    flag: string | null
  }
  inflation: {
    series_id: string
    date: string
    inflation_rate: string | null
    interval_type: string
    unit: string | null
    name: string | null
    realtime_start: string | null
  }
  ipo_calendar: {
    symbol: string
    company_name: string
    ipo_date: string
    price_range_low: string | null
    price_range_high: string | null
    currency: string | null
    exchange: string | null
    fetched_at: string | null
  }
  ipo_calendar_history: {
    symbol: string
    ipo_date: string
    first_seen_at: string
    last_seen_at: string
  }
  job_locks: {
    name: string
    holder: string
    process: unknown
    taken_at?: string
    until: string
  }
  job_runs: {
    unit: string
    command: string
    token: string | null
    scheduled_at: string | null
    started_at: string
    finished_at: string | null
    outcome?: string
    exit_code: number | null
    rows_received?: string
    rows_inserted?: string
    rows_updated?: string
    rows_rejected?: string
    requests?: number
    requests_refused?: number
    requests_failed?: number
    targets_done?: number
    targets_failed?: number
    targets_left?: number
    next_at: string | null
    message: string | null
    host: string
    pid: number
    version: string
  }
  macro_vintages: {
    series_id: string
    date: string
    realtime_start: string
    value: string | null
    source: string
    collected_at: string
  }
  market_code_bithumb: {
    market_code: string
    quote: string
    base: string
    korean_name: string
    english_name: string
    market_warning: string | null
    delisted_at: string | null
  }
  market_news: {
    url: string
    source: string
    author: string | null
    title: string
    description: string | null
    content: string | null
    published_at: string
    fetched_at: string | null
  }
  market_news_finnhub: {
    category: string
    news_id: string
    datetime: string
    headline: string | null
    image: string | null
    related: string | null
    source: string | null
    summary: string | null
    url: string | null
    fetched_at: string | null
  }
  market_news_sentiment: {
    url: string
    batch_id: string
    last_batch_id: string
    title: string
    time_published: string
    authors: string | null
    summary: string | null
    source: string | null
    overall_sentiment_score: string | null
    overall_sentiment_label: string | null
    ticker_sentiment: unknown
    topics: unknown
    query_type: string | null
    query_params: string | null
  }
  market_news_sentiment_queries: {
    url: string
    batch_id: string
    query_type: string
  }
  post_analysis_cache: {
    post_id: string
    post_source: string
    post_timestamp: string
    author_username: string
    affected_assets: unknown
    market_data: unknown
    price_analysis: unknown
    volume_analysis: unknown
    analysis_status?: string
    stage?: string
    attempts?: number
    next_due: string | null
    error_message: string | null
  }
  post_keywords: {
    post_id: string
    post_source: string
    keyword: string
    keyword_position: number
    symbol: string | null
    asset_class: string | null
  }
  provider_locks: {
    provider: string
  }
  provider_requests: {
    provider: string
    credential: string
    unit: string
    target: string | null
    reserved_at: string
    go_at: string
    counts_until: string
    finished_at: string | null
    posts?: string
    usd?: string
    outcome?: string
    status: number | null
    note: string | null
    run_id: string | null
    host: string
    pid: number
  }
  rejected_rows: {
    run_id: string | null
    unit: string
    source: string | null
    target: string | null
    kind: string
    table_name: string | null
    row_key: string | null
    reason: string
    item: string
    received_at: string
    rejected_at: string
    settled_at: string | null
    settled_by: string | null
  }
  schema_drift: {
    unit: string
    source: string
    field: string
    since: string
  }
  sp500_companies: {
    symbol: string
    company_name: string
    gics_sector: string | null
    gics_sub_industry: string | null
    headquarters: string | null
    date_added: string | null
    cik: string | null
    founded: string | null
    market_cap?: string | null
    website?: string | null
    employees?: number | null
    symbol_yahoo: string | null
    symbol_alphavantage: string | null
    symbol_sec: string | null
    symbol_finnhub: string | null
    is_member?: boolean
    first_seen: string | null
    removed_at: string | null
  }
  sp500_earnings_calendar: {
    symbol: string
    company_name: string
    report_date: string
    fiscal_date_ending: string | null
    estimate: string | null
    eps_actual: string | null
    currency: string | null
    gics_sector: string | null
    gics_sub_industry: string | null
    headquarters: string | null
    event_type?: string
    event_title: string | null
    event_description: string | null
    status?: string
    total_news_count?: number
    forecast_news_count?: number
    report_day_news_count?: number
    reaction_news_count?: number
  }
  sp500_earnings_news: {
    calendar_id: string
    source_table: string
    source_tables: string[] | null
    title: string
    url: string
    summary: string | null
    content: string | null
    source: string | null
    published_at: string
    news_section: string
    days_from_earnings: number | null
    match_reason: string | null
    match_score: string | null
    fetched_at: string | null
  }
  sp500_market_snapshots: {
    symbol: string
    snapshot_time: string
    company_name: string | null
    current_price: string | null
    previous_close: string | null
    change_amount: string | null
    change_percentage: string | null
    volume: string | null
    volume_24h: string | null
    market_state: string | null
    is_stale?: boolean
    as_of: string | null
  }
  sp500_membership: {
    symbol: string
    period_number: number
    from_date: string | null
    to_date: string | null
    is_end_assumed: boolean
    company_name: string | null
    source: string
    flag: string | null
    known_from: string
    known_to?: string | null
    seen_at: string
  }
  sp500_websocket_trades: {
    symbol: string
    trade_id: string
    price: string
    volume: string | null
    timestamp_ms: string
    traded_at: string
    trade_conditions: string[] | null
    pod_index: number | null
    pod_name: string | null
    source: string
    flag: string | null
  }
  stream_consumers: {
    feed: string
    consumer: string
    host: string
    pid: number
    started_at: string
    seen_at: string
    last_event_at: string | null
    rows?: string
    rows_rate: string | null
    rejected?: string
    ended_at: string | null
  }
  stream_gaps: {
    feed: string
    kind: string
    shard: number | null
    topic: string | null
    partition: number | null
    first_offset: string | null
    last_offset: string | null
    began_at: string | null
    ended_at: string | null
    why: string
    repaired_at: string | null
    symbols: string[] | null
    repaired_targets: string[] | null
    refused_targets: string[] | null
    repaired_bars?: number
    not_repairable?: boolean
    not_repaired_because: string | null
    tried_at: string | null
  }
  stream_positions: {
    consumer: string
    topic: string
    partition: number
    next_offset: string
    last_offset: string | null
    last_message_at: string | null
  }
  stream_producers: {
    feed: string
    shard: number
    shards: number
    host: string
    pid: number
    started_at: string
    seen_at: string
    connected_at: string | null
    received_until: string | null
    received_later: unknown
    last_event_at: string | null
    frames?: string
    frames_rate: string | null
    rejected?: string
    reconnects?: string
    ended_at: string | null
  }
  stream_shards: {
    feed: string
    shards: number
    target: string
    shard: number
  }
  target_state: {
    unit: string
    target: string
    last_attempt: string | null
    last_success: string | null
    failures?: number
    next_due: string | null
    cursor: unknown
    status?: string
    note: string | null
  }
  top_gainers: {
    batch_id: string
    category: string
    symbol: string
    rank_position: number | null
    price: string | null
    change_amount: string | null
    change_percentage: string | null
    volume: string | null
    last_updated: string
  }
  trade_bars: {
    asset_class: string
    symbol: string
    minute: string
    open: string
    high: string
    low: string
    close: string
    volume: string | null
    turnover: string | null
    trades: number | null
    open_at: string
    close_at: string
  }
  treasury_yield: {
    series_id: string
    date: string
    maturity: string
    yield_rate: string | null
    interval_type: string
    unit: string | null
    name: string | null
    realtime_start: string | null
  }
  truth_social_posts: {
    id: string
    created_at: string
    username: string
    account_id: string
    display_name: string | null
    verified: boolean | null
    content: string
    clean_content: string | null
    language: string | null
    replies_count: number | null
    reblogs_count: number | null
    favourites_count: number | null
    upvotes_count: number | null
    downvotes_count: number | null
    url: string | null
    uri: string | null
    has_media: boolean | null
    media_count: number | null
    media_attachments: unknown
    tags: unknown
    mentions: unknown
    has_tags: boolean | null
    has_mentions: boolean | null
    card_url: string | null
    card_title: string | null
    card_description: string | null
    card_image: string | null
    visibility: string | null
    sensitive: boolean | null
    spoiler_text: string | null
    in_reply_to_id: string | null
    quote_id: string | null
    kind: string
    reblog_of_id: string | null
    quote_of_id: string | null
    poll: unknown
    account_type: string | null
    market_influence: number | null
    collected_at: string | null
  }
  truth_social_tags: {
    name: string
    collected_date: string
    url: string | null
    total_uses: number | null
    total_accounts: number | null
    recent_statuses_count: number | null
    history_data: unknown
    day_0_uses: number | null
    day_1_uses: number | null
    day_2_uses: number | null
    day_3_uses: number | null
    day_4_uses: number | null
    day_5_uses: number | null
    day_6_uses: number | null
    trend_score: string | null
    growth_rate: string | null
    weekly_average: string | null
    tag_category: string | null
    market_relevance: number | null
    collected_at: string | null
  }
  truth_social_trends: {
    id: string
    created_at: string
    username: string
    account_id: string
    display_name: string | null
    content: string
    clean_content: string | null
    language: string | null
    replies_count: number | null
    reblogs_count: number | null
    favourites_count: number | null
    upvotes_count: number | null
    downvotes_count: number | null
    url: string | null
    uri: string | null
    has_media: boolean | null
    media_count: number | null
    media_attachments: unknown
    tags: unknown
    mentions: unknown
    visibility: string | null
    sensitive: boolean | null
    in_reply_to_id: string | null
    trend_rank: number | null
    trend_score: string | null
    collected_at: string | null
  }
  truth_social_trends_history: {
    id: string
    collected_at: string
    trend_rank: number | null
    trend_score: string | null
    replies_count: number | null
    reblogs_count: number | null
    favourites_count: number | null
    upvotes_count: number | null
    downvotes_count: number | null
  }
  x_posts: {
    tweet_id: string
    author_id: string | null
    text: string
    created_at: string
    lang: string | null
    source_account: string | null
    account_category: string | null
    collection_source: string | null
    retweet_count: number | null
    reply_count: number | null
    like_count: number | null
    quote_count: number | null
    bookmark_count: number | null
    impression_count: string | null
    hashtags: unknown
    mentions: unknown
    urls: unknown
    cashtags: unknown
    annotations: unknown
    context_annotations: unknown
    username: string | null
    display_name: string | null
    user_verified: boolean | null
    user_followers_count: string | null
    user_following_count: number | null
    user_tweet_count: number | null
    edit_history_tweet_ids: unknown
    referenced_type: string | null
    referenced_id: string | null
    collected_at: string | null
    referenced_text: string | null
  }
  x_posts_history: {
    tweet_id: string
    observed_at: string
    retweet_count: number | null
    reply_count: number | null
    like_count: number | null
    quote_count: number | null
    bookmark_count: number | null
    impression_count: string | null
  }
  x_user_profiles: {
    username: string
    handle: string
    user_id: string | null
    display_name: string | null
    category: string | null
    verified: boolean | null
    followers_count: string | null
    following_count: number | null
    tweet_count: number | null
    status?: string
    last_checked: string | null
  }
}

export type TableName = keyof NewRow
export type ViewName =
  | 'api_usage'
  | 'balance_sheet_compat'
  | 'bithumb_coingecko_mapping_compat'
  | 'coin_details_with_quotes'
  | 'coin_exchange_quotes'
  | 'coingecko_coin_details_primary'
  | 'coingecko_coin_primary'
  | 'coingecko_global'
  | 'coingecko_tickers_bithumb'
  | 'company_news_progress'
  | 'company_overview_latest'
  | 'company_overview_progress'
  | 'cpi_compat'
  | 'crypto_dominance_monthly'
  | 'crypto_market_trend'
  | 'crypto_overview'
  | 'data_collection_metrics'
  | 'derivatives_by_exchange'
  | 'derivatives_by_underlying'
  | 'earnings_calendar_compat'
  | 'etf_profile_holdings_compat'
  | 'etf_realtime_prices_compat'
  | 'exchange_liquidity'
  | 'federal_funds_rate_compat'
  | 'inflation_compat'
  | 'kimchi_premium'
  | 'kimchi_premium_upbit_binance'
  | 'mapping_issues'
  | 'mapping_quality'
  | 'mapping_successful'
  | 'price_consistency'
  | 'sp500_earnings_calendar_compat'
  | 'sp500_earnings_news_compat'
  | 'sp500_top50'
  | 'sp500_websocket_trades_compat'
  | 'treasury_yield_compat'

/** Column order of every table. */
export const columns: Readonly<Record<TableName, readonly string[]>> = {
  balance_sheet: ['symbol', 'fiscal_date_ending', 'period', 'reported_currency', 'total_assets', 'total_current_assets', 'cash_and_cash_equivalents_at_carrying_value', 'cash_and_short_term_investments', 'inventory', 'current_net_receivables', 'total_non_current_assets', 'property_plant_equipment', 'accumulated_depreciation_amortization_ppe', 'intangible_assets', 'intangible_assets_excluding_goodwill', 'goodwill', 'investments', 'long_term_investments', 'short_term_investments', 'other_current_assets', 'other_non_current_assets', 'total_liabilities', 'total_current_liabilities', 'current_accounts_payable', 'deferred_revenue', 'current_debt', 'short_term_debt', 'total_non_current_liabilities', 'capital_lease_obligations', 'long_term_debt', 'current_long_term_debt', 'long_term_debt_noncurrent', 'short_long_term_debt_total', 'other_current_liabilities', 'other_non_current_liabilities', 'total_shareholder_equity', 'treasury_stock', 'retained_earnings', 'common_stock', 'common_stock_shares_outstanding', 'fetched_at', 'created_at', 'updated_at'],
  balance_sheet_history: ['symbol', 'fiscal_date_ending', 'period', 'reported_currency', 'total_assets', 'total_current_assets', 'cash_and_cash_equivalents_at_carrying_value', 'cash_and_short_term_investments', 'inventory', 'current_net_receivables', 'total_non_current_assets', 'property_plant_equipment', 'accumulated_depreciation_amortization_ppe', 'intangible_assets', 'intangible_assets_excluding_goodwill', 'goodwill', 'investments', 'long_term_investments', 'short_term_investments', 'other_current_assets', 'other_non_current_assets', 'total_liabilities', 'total_current_liabilities', 'current_accounts_payable', 'deferred_revenue', 'current_debt', 'short_term_debt', 'total_non_current_liabilities', 'capital_lease_obligations', 'long_term_debt', 'current_long_term_debt', 'long_term_debt_noncurrent', 'short_long_term_debt_total', 'other_current_liabilities', 'other_non_current_liabilities', 'total_shareholder_equity', 'treasury_stock', 'retained_earnings', 'common_stock', 'common_stock_shares_outstanding', 'collected_at', 'created_at', 'updated_at'],
  bithumb_coingecko_mapping: ['id', 'market_code', 'symbol', 'bithumb_korean_name', 'bithumb_english_name', 'coingecko_id', 'coingecko_name', 'status', 'override', 'match_method', 'match_score', 'market_cap_rank', 'symbol_agrees', 'name_similarity', 'price_gap_pct', 'krw_per_usd', 'price_compared_at', 'candidates', 'notes', 'is_verified', 'has_issues', 'is_active', 'verified_at', 'verified_by', 'created_at', 'updated_at'],
  bithumb_ticker: ['id', 'market', 'trade_date', 'trade_time', 'trade_date_kst', 'trade_time_kst', 'trade_timestamp', 'opening_price', 'high_price', 'low_price', 'trade_price', 'prev_closing_price', 'change', 'change_price', 'change_rate', 'signed_change_price', 'signed_change_rate', 'trade_volume', 'acc_trade_price', 'acc_trade_price_24h', 'acc_trade_volume', 'acc_trade_volume_24h', 'highest_52_week_price', 'highest_52_week_date', 'lowest_52_week_price', 'lowest_52_week_date', 'timestamp_field', 'quoted_at', 'source', 'created_at', 'updated_at'],
  bithumb_ticker_latest: ['market', 'trade_date', 'trade_time', 'trade_date_kst', 'trade_time_kst', 'trade_timestamp', 'opening_price', 'high_price', 'low_price', 'trade_price', 'prev_closing_price', 'change', 'change_price', 'change_rate', 'signed_change_price', 'signed_change_rate', 'trade_volume', 'acc_trade_price', 'acc_trade_price_24h', 'acc_trade_volume', 'acc_trade_volume_24h', 'highest_52_week_price', 'highest_52_week_date', 'lowest_52_week_price', 'lowest_52_week_date', 'timestamp_field', 'quoted_at', 'source', 'created_at', 'updated_at'],
  coingecko_coin_details: ['coingecko_id', 'symbol', 'name', 'web_slug', 'description_en', 'genesis_date', 'country_origin', 'homepage_url', 'blockchain_site', 'twitter_screen_name', 'facebook_username', 'telegram_channel_identifier', 'subreddit_url', 'github_repos', 'image_thumb', 'image_small', 'image_large', 'categories', 'current_price_usd', 'current_price_krw', 'market_cap_usd', 'market_cap_rank', 'total_volume_usd', 'ath_usd', 'ath_change_percentage', 'ath_date', 'atl_usd', 'atl_change_percentage', 'atl_date', 'total_supply', 'circulating_supply', 'max_supply', 'price_change_24h_usd', 'price_change_percentage_24h', 'price_change_percentage_7d', 'price_change_percentage_30d', 'community_score', 'twitter_followers', 'reddit_subscribers', 'telegram_channel_user_count', 'developer_score', 'forks', 'stars', 'total_issues', 'closed_issues', 'commit_count_4_weeks', 'public_interest_score', 'liquidity_score', 'coingecko_last_updated', 'created_at', 'updated_at'],
  coingecko_derivatives: ['id', 'batch_id', 'market', 'symbol', 'index_id', 'contract_type', 'expired_at', 'expiry', 'price', 'price_percentage_change_24h', 'index_price', 'basis', 'spread', 'funding_rate', 'open_interest_usd', 'volume_24h_usd', 'last_traded_at', 'collected_at', 'created_at', 'updated_at'],
  coingecko_global_market_data: ['id', 'coingecko_updated_at', 'active_cryptocurrencies', 'upcoming_icos', 'ongoing_icos', 'ended_icos', 'markets', 'total_market_cap_usd', 'total_market_cap_krw', 'total_market_cap_btc', 'total_market_cap_eth', 'total_volume_usd', 'total_volume_krw', 'total_volume_btc', 'total_volume_eth', 'btc_dominance', 'eth_dominance', 'bnb_dominance', 'xrp_dominance', 'ada_dominance', 'sol_dominance', 'doge_dominance', 'market_cap_change_percentage_24h_usd', 'volume_change_percentage_24h_usd', 'market_cap_percentage_json', 'total_market_cap_json', 'total_volume_json', 'collected_at', 'created_at', 'updated_at'],
  coingecko_id_mapping: ['coingecko_id', 'symbol', 'name', 'image_url', 'current_price_usd', 'market_cap_usd', 'market_cap_rank', 'market_cap_rank_with_rehypothecated', 'total_volume_usd', 'price_change_percentage_24h', 'ath_usd', 'ath_date', 'atl_usd', 'atl_date', 'circulating_supply', 'total_supply', 'max_supply', 'last_updated', 'created_at', 'updated_at'],
  coingecko_tickers_bithumb_matched: ['id', 'coingecko_id', 'exchange_id', 'base', 'target', 'timestamp', 'market_code', 'symbol', 'coin_name', 'exchange_name', 'last_price', 'volume_24h', 'converted_last_usd', 'converted_volume_usd', 'trust_score', 'bid_ask_spread_percentage', 'last_traded_at', 'last_fetch_at', 'is_anomaly', 'is_stale', 'trade_url', 'coin_mcap_usd', 'match_method', 'market_cap_rank', 'created_at', 'updated_at', 'korean_name', 'bithumb_price_krw', 'bithumb_quoted_at', 'price_change_percentage_24h', 'bithumb_change_pct'],
  collection_gaps: ['unit', 'began_at', 'ended_at', 'created_at', 'updated_at'],
  company_news: ['symbol', 'url', 'url_hash', 'source', 'title', 'description', 'content', 'published_at', 'fetched_at', 'created_at', 'updated_at'],
  company_overview: ['symbol', 'as_of', 'batch_id', 'asset_type', 'name', 'description', 'cik', 'exchange', 'currency', 'country', 'sector', 'industry', 'address', 'official_site', 'fiscal_year_end', 'latest_quarter', 'market_capitalization', 'ebitda', 'pe_ratio', 'peg_ratio', 'book_value', 'dividend_per_share', 'dividend_yield', 'eps', 'revenue_per_share_ttm', 'profit_margin', 'operating_margin_ttm', 'return_on_assets_ttm', 'return_on_equity_ttm', 'revenue_ttm', 'gross_profit_ttm', 'diluted_eps_ttm', 'quarterly_earnings_growth_yoy', 'quarterly_revenue_growth_yoy', 'analyst_target_price', 'trailing_pe', 'forward_pe', 'price_to_sales_ratio_ttm', 'price_to_book_ratio', 'ev_to_revenue', 'ev_to_ebitda', 'beta', 'week_52_high', 'week_52_low', 'day_50_moving_average', 'day_200_moving_average', 'shares_outstanding', 'dividend_date', 'ex_dividend_date', 'extra', 'created_at', 'updated_at'],
  company_overview_history: ['symbol', 'as_of', 'asset_type', 'name', 'cik', 'exchange', 'currency', 'country', 'sector', 'industry', 'fiscal_year_end', 'latest_quarter', 'market_capitalization', 'ebitda', 'pe_ratio', 'peg_ratio', 'book_value', 'dividend_per_share', 'dividend_yield', 'eps', 'revenue_per_share_ttm', 'profit_margin', 'operating_margin_ttm', 'return_on_assets_ttm', 'return_on_equity_ttm', 'revenue_ttm', 'gross_profit_ttm', 'diluted_eps_ttm', 'quarterly_earnings_growth_yoy', 'quarterly_revenue_growth_yoy', 'analyst_target_price', 'trailing_pe', 'forward_pe', 'price_to_sales_ratio_ttm', 'price_to_book_ratio', 'ev_to_revenue', 'ev_to_ebitda', 'beta', 'week_52_high', 'week_52_low', 'day_50_moving_average', 'day_200_moving_average', 'shares_outstanding', 'dividend_date', 'ex_dividend_date', 'extra', 'created_at', 'updated_at'],
  cpi: ['series_id', 'date', 'cpi_value', 'interval_type', 'unit', 'name', 'realtime_start', 'created_at', 'updated_at'],
  credential_rests: ['provider', 'credential', 'kind', 'since', 'until', 'why', 'fingerprint'],
  earnings_calendar: ['id', 'symbol', 'company_name', 'report_date', 'fiscal_date_ending', 'estimate', 'currency', 'time_of_day', 'event_description', 'fetched_at', 'superseded_at', 'created_at', 'updated_at'],
  earnings_calendar_history: ['symbol', 'fiscal_date_ending', 'report_date', 'estimate', 'currency', 'time_of_day', 'is_named', 'collected_at', 'created_at', 'updated_at'],
  earnings_news_finnhub: ['symbol', 'report_date', 'url', 'url_hash', 'category', 'article_id', 'headline', 'image', 'related', 'source', 'summary', 'published_at', 'fetched_at', 'created_at', 'updated_at'],
  email_subscriptions: ['id', 'email', 'scope', 'unsubscribe_token', 'is_verified', 'verification_token', 'verification_expires_at', 'verified_at', 'agreed_at', 'is_active', 'created_at', 'updated_at'],
  etf_basic_info: ['symbol', 'name', 'fund_family', 'category', 'popularity_rank', 'expense_ratio', 'aum', 'inception_date', 'dividend_yield', 'nav', 'beta', 'week_52_high', 'week_52_low', 'ytd_return', 'yahoo_collected', 'finnhub_enabled', 'alphavantage_collected', 'description', 'website_url', 'created_at', 'updated_at'],
  etf_holdings: ['etf_symbol', 'as_of', 'holding', 'symbol', 'description', 'weight', 'created_at', 'updated_at'],
  etf_market_snapshots: ['symbol', 'snapshot_time', 'etf_name', 'current_price', 'previous_close', 'change_amount', 'change_percentage', 'volume', 'volume_24h', 'market_state', 'is_stale', 'as_of', 'created_at', 'updated_at'],
  etf_profile_holdings: ['id', 'symbol', 'as_of', 'net_assets', 'net_expense_ratio', 'portfolio_turnover', 'dividend_yield', 'inception_date', 'leveraged', 'sectors', 'holdings', 'collected_at', 'created_at', 'updated_at'],
  etf_profile_holdings_history: ['symbol', 'as_of', 'net_assets', 'net_expense_ratio', 'portfolio_turnover', 'dividend_yield', 'inception_date', 'leveraged', 'sectors', 'collected_at', 'created_at', 'updated_at'],
  etf_realtime_prices: ['id', 'symbol', 'trade_id', 'price', 'volume', 'timestamp_ms', 'traded_at', 'trade_conditions', 'source', 'created_at', 'updated_at', 'flag'],
  federal_funds_rate: ['series_id', 'date', 'rate', 'interval_type', 'unit', 'name', 'realtime_start', 'created_at', 'updated_at'],
  fin_world: ['only_row', 'world', 'created_at'],
  finnhub_trades: ['id', 'symbol', 'trade_id', 'price', 'volume', 'timestamp_ms', 'traded_at', 'trade_conditions', 'category', 'source', 'created_at', 'updated_at', 'flag'],
  inflation: ['series_id', 'date', 'inflation_rate', 'interval_type', 'unit', 'name', 'realtime_start', 'created_at', 'updated_at'],
  ipo_calendar: ['id', 'symbol', 'company_name', 'ipo_date', 'price_range_low', 'price_range_high', 'currency', 'exchange', 'fetched_at', 'created_at', 'updated_at'],
  ipo_calendar_history: ['symbol', 'ipo_date', 'first_seen_at', 'last_seen_at', 'created_at', 'updated_at'],
  job_locks: ['name', 'holder', 'process', 'taken_at', 'until'],
  job_runs: ['id', 'unit', 'command', 'token', 'scheduled_at', 'started_at', 'finished_at', 'outcome', 'exit_code', 'rows_received', 'rows_inserted', 'rows_updated', 'rows_rejected', 'requests', 'requests_refused', 'requests_failed', 'targets_done', 'targets_failed', 'targets_left', 'next_at', 'message', 'host', 'pid', 'version'],
  macro_vintages: ['series_id', 'date', 'realtime_start', 'value', 'source', 'collected_at', 'created_at', 'updated_at'],
  market_code_bithumb: ['market_code', 'quote', 'base', 'korean_name', 'english_name', 'market_warning', 'delisted_at', 'created_at', 'updated_at'],
  market_news: ['url', 'url_hash', 'source', 'author', 'title', 'description', 'content', 'published_at', 'fetched_at', 'created_at', 'updated_at'],
  market_news_finnhub: ['category', 'news_id', 'datetime', 'headline', 'image', 'related', 'source', 'summary', 'url', 'fetched_at', 'created_at', 'updated_at'],
  market_news_sentiment: ['url', 'url_hash', 'batch_id', 'last_batch_id', 'title', 'time_published', 'authors', 'summary', 'source', 'overall_sentiment_score', 'overall_sentiment_label', 'ticker_sentiment', 'topics', 'query_type', 'query_params', 'created_at', 'updated_at'],
  market_news_sentiment_queries: ['url', 'url_hash', 'batch_id', 'query_type', 'created_at', 'updated_at'],
  post_analysis_cache: ['id', 'post_id', 'post_source', 'post_timestamp', 'author_username', 'affected_assets', 'market_data', 'price_analysis', 'volume_analysis', 'analysis_status', 'stage', 'attempts', 'next_due', 'error_message', 'created_at', 'updated_at'],
  post_keywords: ['post_id', 'post_source', 'keyword', 'keyword_position', 'symbol', 'asset_class', 'created_at', 'updated_at'],
  provider_locks: ['provider'],
  provider_requests: ['id', 'provider', 'credential', 'unit', 'target', 'reserved_at', 'go_at', 'counts_until', 'finished_at', 'posts', 'usd', 'outcome', 'status', 'note', 'run_id', 'host', 'pid'],
  rejected_rows: ['id', 'run_id', 'unit', 'source', 'target', 'kind', 'table_name', 'row_key', 'reason', 'item', 'received_at', 'rejected_at', 'settled_at', 'settled_by'],
  schema_drift: ['unit', 'source', 'field', 'since', 'created_at', 'updated_at'],
  sp500_companies: ['id', 'symbol', 'company_name', 'gics_sector', 'gics_sub_industry', 'headquarters', 'date_added', 'cik', 'founded', 'market_cap', 'website', 'employees', 'symbol_yahoo', 'symbol_alphavantage', 'symbol_sec', 'symbol_finnhub', 'is_member', 'first_seen', 'removed_at', 'created_at', 'updated_at'],
  sp500_earnings_calendar: ['id', 'symbol', 'company_name', 'report_date', 'fiscal_date_ending', 'estimate', 'eps_actual', 'currency', 'gics_sector', 'gics_sub_industry', 'headquarters', 'event_type', 'event_title', 'event_description', 'status', 'total_news_count', 'forecast_news_count', 'report_day_news_count', 'reaction_news_count', 'created_at', 'updated_at'],
  sp500_earnings_news: ['id', 'calendar_id', 'source_table', 'source_tables', 'title', 'url', 'url_hash', 'summary', 'content', 'source', 'published_at', 'news_section', 'days_from_earnings', 'match_reason', 'match_score', 'fetched_at', 'created_at', 'updated_at'],
  sp500_market_snapshots: ['symbol', 'snapshot_time', 'company_name', 'current_price', 'previous_close', 'change_amount', 'change_percentage', 'volume', 'volume_24h', 'market_state', 'is_stale', 'as_of', 'created_at', 'updated_at'],
  sp500_membership: ['symbol', 'period_number', 'from_date', 'to_date', 'is_end_assumed', 'company_name', 'source', 'flag', 'known_from', 'known_to', 'seen_at', 'created_at', 'updated_at'],
  sp500_websocket_trades: ['id', 'symbol', 'trade_id', 'price', 'volume', 'timestamp_ms', 'traded_at', 'trade_conditions', 'pod_index', 'pod_name', 'source', 'created_at', 'updated_at', 'flag'],
  stream_consumers: ['feed', 'consumer', 'host', 'pid', 'started_at', 'seen_at', 'last_event_at', 'rows', 'rows_rate', 'rejected', 'ended_at'],
  stream_gaps: ['id', 'feed', 'kind', 'shard', 'topic', 'partition', 'first_offset', 'last_offset', 'began_at', 'ended_at', 'why', 'repaired_at', 'created_at', 'symbols', 'repaired_targets', 'refused_targets', 'repaired_bars', 'not_repairable', 'not_repaired_because', 'tried_at'],
  stream_positions: ['consumer', 'topic', 'partition', 'next_offset', 'created_at', 'updated_at', 'last_offset', 'last_message_at'],
  stream_producers: ['feed', 'shard', 'shards', 'host', 'pid', 'started_at', 'seen_at', 'connected_at', 'received_until', 'received_later', 'last_event_at', 'frames', 'frames_rate', 'rejected', 'reconnects', 'ended_at'],
  stream_shards: ['feed', 'shards', 'target', 'shard', 'created_at'],
  target_state: ['unit', 'target', 'last_attempt', 'last_success', 'failures', 'next_due', 'cursor', 'status', 'note'],
  top_gainers: ['batch_id', 'category', 'symbol', 'rank_position', 'price', 'change_amount', 'change_percentage', 'volume', 'last_updated', 'created_at', 'updated_at'],
  trade_bars: ['asset_class', 'symbol', 'minute', 'open', 'high', 'low', 'close', 'volume', 'turnover', 'trades', 'created_at', 'updated_at', 'open_at', 'close_at'],
  treasury_yield: ['series_id', 'date', 'maturity', 'yield_rate', 'interval_type', 'unit', 'name', 'realtime_start', 'created_at', 'updated_at'],
  truth_social_posts: ['id', 'created_at', 'username', 'account_id', 'display_name', 'verified', 'content', 'clean_content', 'language', 'replies_count', 'reblogs_count', 'favourites_count', 'upvotes_count', 'downvotes_count', 'url', 'uri', 'has_media', 'media_count', 'media_attachments', 'tags', 'mentions', 'has_tags', 'has_mentions', 'card_url', 'card_title', 'card_description', 'card_image', 'visibility', 'sensitive', 'spoiler_text', 'in_reply_to_id', 'quote_id', 'kind', 'reblog_of_id', 'quote_of_id', 'poll', 'account_type', 'market_influence', 'collected_at', 'updated_at'],
  truth_social_tags: ['name', 'collected_date', 'url', 'total_uses', 'total_accounts', 'recent_statuses_count', 'history_data', 'day_0_uses', 'day_1_uses', 'day_2_uses', 'day_3_uses', 'day_4_uses', 'day_5_uses', 'day_6_uses', 'trend_score', 'growth_rate', 'weekly_average', 'tag_category', 'market_relevance', 'collected_at', 'created_at', 'updated_at'],
  truth_social_trends: ['id', 'created_at', 'username', 'account_id', 'display_name', 'content', 'clean_content', 'language', 'replies_count', 'reblogs_count', 'favourites_count', 'upvotes_count', 'downvotes_count', 'url', 'uri', 'has_media', 'media_count', 'media_attachments', 'tags', 'mentions', 'visibility', 'sensitive', 'in_reply_to_id', 'trend_rank', 'trend_score', 'collected_at', 'updated_at'],
  truth_social_trends_history: ['id', 'collected_at', 'trend_rank', 'trend_score', 'replies_count', 'reblogs_count', 'favourites_count', 'upvotes_count', 'downvotes_count', 'created_at', 'updated_at'],
  x_posts: ['tweet_id', 'author_id', 'text', 'created_at', 'lang', 'source_account', 'account_category', 'collection_source', 'retweet_count', 'reply_count', 'like_count', 'quote_count', 'bookmark_count', 'impression_count', 'hashtags', 'mentions', 'urls', 'cashtags', 'annotations', 'context_annotations', 'username', 'display_name', 'user_verified', 'user_followers_count', 'user_following_count', 'user_tweet_count', 'edit_history_tweet_ids', 'referenced_type', 'referenced_id', 'collected_at', 'updated_at', 'referenced_text'],
  x_posts_history: ['tweet_id', 'observed_at', 'retweet_count', 'reply_count', 'like_count', 'quote_count', 'bookmark_count', 'impression_count', 'created_at', 'updated_at'],
  x_user_profiles: ['username', 'handle', 'user_id', 'display_name', 'category', 'verified', 'followers_count', 'following_count', 'tweet_count', 'status', 'last_checked', 'created_at', 'updated_at'],
}

/** Columns of a new row, without those that the database or a later job fills. */
export const ownColumns: Readonly<Record<TableName, readonly string[]>> = {
  balance_sheet: ['symbol', 'fiscal_date_ending', 'period', 'reported_currency', 'total_assets', 'total_current_assets', 'cash_and_cash_equivalents_at_carrying_value', 'cash_and_short_term_investments', 'inventory', 'current_net_receivables', 'total_non_current_assets', 'property_plant_equipment', 'accumulated_depreciation_amortization_ppe', 'intangible_assets', 'intangible_assets_excluding_goodwill', 'goodwill', 'investments', 'long_term_investments', 'short_term_investments', 'other_current_assets', 'other_non_current_assets', 'total_liabilities', 'total_current_liabilities', 'current_accounts_payable', 'deferred_revenue', 'current_debt', 'short_term_debt', 'total_non_current_liabilities', 'capital_lease_obligations', 'long_term_debt', 'current_long_term_debt', 'long_term_debt_noncurrent', 'short_long_term_debt_total', 'other_current_liabilities', 'other_non_current_liabilities', 'total_shareholder_equity', 'treasury_stock', 'retained_earnings', 'common_stock', 'common_stock_shares_outstanding', 'fetched_at'],
  balance_sheet_history: ['symbol', 'fiscal_date_ending', 'period', 'reported_currency', 'total_assets', 'total_current_assets', 'cash_and_cash_equivalents_at_carrying_value', 'cash_and_short_term_investments', 'inventory', 'current_net_receivables', 'total_non_current_assets', 'property_plant_equipment', 'accumulated_depreciation_amortization_ppe', 'intangible_assets', 'intangible_assets_excluding_goodwill', 'goodwill', 'investments', 'long_term_investments', 'short_term_investments', 'other_current_assets', 'other_non_current_assets', 'total_liabilities', 'total_current_liabilities', 'current_accounts_payable', 'deferred_revenue', 'current_debt', 'short_term_debt', 'total_non_current_liabilities', 'capital_lease_obligations', 'long_term_debt', 'current_long_term_debt', 'long_term_debt_noncurrent', 'short_long_term_debt_total', 'other_current_liabilities', 'other_non_current_liabilities', 'total_shareholder_equity', 'treasury_stock', 'retained_earnings', 'common_stock', 'common_stock_shares_outstanding', 'collected_at'],
  bithumb_coingecko_mapping: ['market_code', 'symbol', 'bithumb_korean_name', 'bithumb_english_name', 'coingecko_id', 'coingecko_name', 'status', 'override', 'match_method', 'match_score', 'market_cap_rank', 'symbol_agrees', 'name_similarity', 'price_gap_pct', 'krw_per_usd', 'price_compared_at', 'candidates', 'notes', 'is_active', 'verified_at', 'verified_by'],
  bithumb_ticker: ['market', 'trade_date', 'trade_time', 'trade_date_kst', 'trade_time_kst', 'trade_timestamp', 'opening_price', 'high_price', 'low_price', 'trade_price', 'prev_closing_price', 'change', 'change_price', 'change_rate', 'signed_change_price', 'signed_change_rate', 'trade_volume', 'acc_trade_price', 'acc_trade_price_24h', 'acc_trade_volume', 'acc_trade_volume_24h', 'highest_52_week_price', 'highest_52_week_date', 'lowest_52_week_price', 'lowest_52_week_date', 'timestamp_field', 'quoted_at', 'source'],
  bithumb_ticker_latest: ['market', 'trade_date', 'trade_time', 'trade_date_kst', 'trade_time_kst', 'trade_timestamp', 'opening_price', 'high_price', 'low_price', 'trade_price', 'prev_closing_price', 'change', 'change_price', 'change_rate', 'signed_change_price', 'signed_change_rate', 'trade_volume', 'acc_trade_price', 'acc_trade_price_24h', 'acc_trade_volume', 'acc_trade_volume_24h', 'highest_52_week_price', 'highest_52_week_date', 'lowest_52_week_price', 'lowest_52_week_date', 'timestamp_field', 'quoted_at', 'source'],
  coingecko_coin_details: ['coingecko_id', 'symbol', 'name', 'web_slug', 'description_en', 'genesis_date', 'country_origin', 'homepage_url', 'blockchain_site', 'twitter_screen_name', 'facebook_username', 'telegram_channel_identifier', 'subreddit_url', 'github_repos', 'image_thumb', 'image_small', 'image_large', 'categories', 'current_price_usd', 'current_price_krw', 'market_cap_usd', 'market_cap_rank', 'total_volume_usd', 'ath_usd', 'ath_change_percentage', 'ath_date', 'atl_usd', 'atl_change_percentage', 'atl_date', 'total_supply', 'circulating_supply', 'max_supply', 'price_change_24h_usd', 'price_change_percentage_24h', 'price_change_percentage_7d', 'price_change_percentage_30d', 'community_score', 'twitter_followers', 'reddit_subscribers', 'telegram_channel_user_count', 'developer_score', 'forks', 'stars', 'total_issues', 'closed_issues', 'commit_count_4_weeks', 'public_interest_score', 'liquidity_score', 'coingecko_last_updated'],
  coingecko_derivatives: ['batch_id', 'market', 'symbol', 'index_id', 'contract_type', 'expired_at', 'expiry', 'price', 'price_percentage_change_24h', 'index_price', 'basis', 'spread', 'funding_rate', 'open_interest_usd', 'volume_24h_usd', 'last_traded_at', 'collected_at'],
  coingecko_global_market_data: ['coingecko_updated_at', 'active_cryptocurrencies', 'upcoming_icos', 'ongoing_icos', 'ended_icos', 'markets', 'total_market_cap_usd', 'total_market_cap_krw', 'total_market_cap_btc', 'total_market_cap_eth', 'total_volume_usd', 'total_volume_krw', 'total_volume_btc', 'total_volume_eth', 'btc_dominance', 'eth_dominance', 'bnb_dominance', 'xrp_dominance', 'ada_dominance', 'sol_dominance', 'doge_dominance', 'market_cap_change_percentage_24h_usd', 'volume_change_percentage_24h_usd', 'market_cap_percentage_json', 'total_market_cap_json', 'total_volume_json', 'collected_at'],
  coingecko_id_mapping: ['coingecko_id', 'symbol', 'name', 'image_url', 'current_price_usd', 'market_cap_usd', 'market_cap_rank', 'market_cap_rank_with_rehypothecated', 'total_volume_usd', 'price_change_percentage_24h', 'ath_usd', 'ath_date', 'atl_usd', 'atl_date', 'circulating_supply', 'total_supply', 'max_supply', 'last_updated'],
  coingecko_tickers_bithumb_matched: ['coingecko_id', 'exchange_id', 'base', 'target', 'timestamp', 'market_code', 'symbol', 'coin_name', 'exchange_name', 'last_price', 'volume_24h', 'converted_last_usd', 'converted_volume_usd', 'trust_score', 'bid_ask_spread_percentage', 'last_traded_at', 'last_fetch_at', 'is_anomaly', 'is_stale', 'trade_url', 'coin_mcap_usd', 'match_method', 'market_cap_rank', 'korean_name', 'bithumb_price_krw', 'bithumb_quoted_at', 'price_change_percentage_24h', 'bithumb_change_pct'],
  collection_gaps: ['unit', 'began_at', 'ended_at'],
  company_news: ['symbol', 'url', 'source', 'title', 'description', 'content', 'published_at', 'fetched_at'],
  company_overview: ['symbol', 'as_of', 'asset_type', 'name', 'description', 'cik', 'exchange', 'currency', 'country', 'sector', 'industry', 'address', 'official_site', 'fiscal_year_end', 'latest_quarter', 'market_capitalization', 'ebitda', 'pe_ratio', 'peg_ratio', 'book_value', 'dividend_per_share', 'dividend_yield', 'eps', 'revenue_per_share_ttm', 'profit_margin', 'operating_margin_ttm', 'return_on_assets_ttm', 'return_on_equity_ttm', 'revenue_ttm', 'gross_profit_ttm', 'diluted_eps_ttm', 'quarterly_earnings_growth_yoy', 'quarterly_revenue_growth_yoy', 'analyst_target_price', 'trailing_pe', 'forward_pe', 'price_to_sales_ratio_ttm', 'price_to_book_ratio', 'ev_to_revenue', 'ev_to_ebitda', 'beta', 'week_52_high', 'week_52_low', 'day_50_moving_average', 'day_200_moving_average', 'shares_outstanding', 'dividend_date', 'ex_dividend_date', 'extra'],
  company_overview_history: ['symbol', 'as_of', 'asset_type', 'name', 'cik', 'exchange', 'currency', 'country', 'sector', 'industry', 'fiscal_year_end', 'latest_quarter', 'market_capitalization', 'ebitda', 'pe_ratio', 'peg_ratio', 'book_value', 'dividend_per_share', 'dividend_yield', 'eps', 'revenue_per_share_ttm', 'profit_margin', 'operating_margin_ttm', 'return_on_assets_ttm', 'return_on_equity_ttm', 'revenue_ttm', 'gross_profit_ttm', 'diluted_eps_ttm', 'quarterly_earnings_growth_yoy', 'quarterly_revenue_growth_yoy', 'analyst_target_price', 'trailing_pe', 'forward_pe', 'price_to_sales_ratio_ttm', 'price_to_book_ratio', 'ev_to_revenue', 'ev_to_ebitda', 'beta', 'week_52_high', 'week_52_low', 'day_50_moving_average', 'day_200_moving_average', 'shares_outstanding', 'dividend_date', 'ex_dividend_date', 'extra'],
  cpi: ['series_id', 'date', 'cpi_value', 'interval_type', 'unit', 'name', 'realtime_start'],
  credential_rests: ['provider', 'credential', 'kind', 'since', 'until', 'why', 'fingerprint'],
  earnings_calendar: ['symbol', 'company_name', 'report_date', 'fiscal_date_ending', 'estimate', 'currency', 'time_of_day', 'event_description', 'fetched_at', 'superseded_at'],
  earnings_calendar_history: ['symbol', 'fiscal_date_ending', 'report_date', 'estimate', 'currency', 'time_of_day', 'is_named', 'collected_at'],
  earnings_news_finnhub: ['symbol', 'report_date', 'url', 'category', 'article_id', 'headline', 'image', 'related', 'source', 'summary', 'published_at', 'fetched_at'],
  email_subscriptions: ['email', 'scope', 'unsubscribe_token', 'is_verified', 'verification_token', 'verification_expires_at', 'verified_at', 'agreed_at', 'is_active'],
  etf_basic_info: ['symbol', 'name', 'fund_family', 'category', 'popularity_rank', 'expense_ratio', 'aum', 'inception_date', 'dividend_yield', 'nav', 'beta', 'week_52_high', 'week_52_low', 'ytd_return', 'yahoo_collected', 'finnhub_enabled', 'alphavantage_collected', 'description', 'website_url'],
  etf_holdings: ['etf_symbol', 'as_of', 'holding', 'symbol', 'description', 'weight'],
  etf_market_snapshots: ['symbol', 'snapshot_time', 'etf_name', 'current_price', 'previous_close', 'change_amount', 'change_percentage', 'volume', 'volume_24h', 'market_state', 'is_stale', 'as_of'],
  etf_profile_holdings: ['symbol', 'as_of', 'net_assets', 'net_expense_ratio', 'portfolio_turnover', 'dividend_yield', 'inception_date', 'leveraged', 'sectors', 'holdings', 'collected_at'],
  etf_profile_holdings_history: ['symbol', 'as_of', 'net_assets', 'net_expense_ratio', 'portfolio_turnover', 'dividend_yield', 'inception_date', 'leveraged', 'sectors', 'collected_at'],
  etf_realtime_prices: ['symbol', 'trade_id', 'price', 'volume', 'timestamp_ms', 'traded_at', 'trade_conditions', 'source', 'flag'],
  federal_funds_rate: ['series_id', 'date', 'rate', 'interval_type', 'unit', 'name', 'realtime_start'],
  fin_world: ['only_row', 'world'],
  finnhub_trades: ['symbol', 'trade_id', 'price', 'volume', 'timestamp_ms', 'traded_at', 'trade_conditions', 'category', 'source', 'flag'],
  inflation: ['series_id', 'date', 'inflation_rate', 'interval_type', 'unit', 'name', 'realtime_start'],
  ipo_calendar: ['symbol', 'company_name', 'ipo_date', 'price_range_low', 'price_range_high', 'currency', 'exchange', 'fetched_at'],
  ipo_calendar_history: ['symbol', 'ipo_date', 'first_seen_at', 'last_seen_at'],
  job_locks: ['name', 'holder', 'process', 'taken_at', 'until'],
  job_runs: ['unit', 'command', 'token', 'scheduled_at', 'started_at', 'finished_at', 'outcome', 'exit_code', 'rows_received', 'rows_inserted', 'rows_updated', 'rows_rejected', 'requests', 'requests_refused', 'requests_failed', 'targets_done', 'targets_failed', 'targets_left', 'next_at', 'message', 'host', 'pid', 'version'],
  macro_vintages: ['series_id', 'date', 'realtime_start', 'value', 'source', 'collected_at'],
  market_code_bithumb: ['market_code', 'quote', 'base', 'korean_name', 'english_name', 'market_warning', 'delisted_at'],
  market_news: ['url', 'source', 'author', 'title', 'description', 'content', 'published_at', 'fetched_at'],
  market_news_finnhub: ['category', 'news_id', 'datetime', 'headline', 'image', 'related', 'source', 'summary', 'url', 'fetched_at'],
  market_news_sentiment: ['url', 'batch_id', 'last_batch_id', 'title', 'time_published', 'authors', 'summary', 'source', 'overall_sentiment_score', 'overall_sentiment_label', 'ticker_sentiment', 'topics', 'query_type', 'query_params'],
  market_news_sentiment_queries: ['url', 'batch_id', 'query_type'],
  post_analysis_cache: ['post_id', 'post_source', 'post_timestamp', 'author_username', 'affected_assets', 'market_data', 'price_analysis', 'volume_analysis', 'analysis_status', 'stage', 'attempts', 'next_due', 'error_message'],
  post_keywords: ['post_id', 'post_source', 'keyword', 'keyword_position', 'symbol', 'asset_class'],
  provider_locks: ['provider'],
  provider_requests: ['provider', 'credential', 'unit', 'target', 'reserved_at', 'go_at', 'counts_until', 'finished_at', 'posts', 'usd', 'outcome', 'status', 'note', 'run_id', 'host', 'pid'],
  rejected_rows: ['run_id', 'unit', 'source', 'target', 'kind', 'table_name', 'row_key', 'reason', 'item', 'received_at', 'rejected_at', 'settled_at', 'settled_by'],
  schema_drift: ['unit', 'source', 'field', 'since'],
  sp500_companies: ['symbol', 'company_name', 'gics_sector', 'gics_sub_industry', 'headquarters', 'date_added', 'cik', 'founded', 'symbol_yahoo', 'symbol_alphavantage', 'symbol_sec', 'symbol_finnhub', 'is_member', 'first_seen', 'removed_at'],
  sp500_earnings_calendar: ['symbol', 'company_name', 'report_date', 'fiscal_date_ending', 'estimate', 'eps_actual', 'currency', 'gics_sector', 'gics_sub_industry', 'headquarters', 'event_type', 'event_title', 'event_description', 'status', 'total_news_count', 'forecast_news_count', 'report_day_news_count', 'reaction_news_count'],
  sp500_earnings_news: ['calendar_id', 'source_table', 'source_tables', 'title', 'url', 'summary', 'content', 'source', 'published_at', 'news_section', 'days_from_earnings', 'match_reason', 'match_score', 'fetched_at'],
  sp500_market_snapshots: ['symbol', 'snapshot_time', 'company_name', 'current_price', 'previous_close', 'change_amount', 'change_percentage', 'volume', 'volume_24h', 'market_state', 'is_stale', 'as_of'],
  sp500_membership: ['symbol', 'period_number', 'from_date', 'to_date', 'is_end_assumed', 'company_name', 'source', 'flag', 'known_from', 'seen_at'],
  sp500_websocket_trades: ['symbol', 'trade_id', 'price', 'volume', 'timestamp_ms', 'traded_at', 'trade_conditions', 'pod_index', 'pod_name', 'source', 'flag'],
  stream_consumers: ['feed', 'consumer', 'host', 'pid', 'started_at', 'seen_at', 'last_event_at', 'rows', 'rows_rate', 'rejected', 'ended_at'],
  stream_gaps: ['feed', 'kind', 'shard', 'topic', 'partition', 'first_offset', 'last_offset', 'began_at', 'ended_at', 'why', 'repaired_at', 'symbols', 'repaired_targets', 'refused_targets', 'repaired_bars', 'not_repairable', 'not_repaired_because', 'tried_at'],
  stream_positions: ['consumer', 'topic', 'partition', 'next_offset', 'last_offset', 'last_message_at'],
  stream_producers: ['feed', 'shard', 'shards', 'host', 'pid', 'started_at', 'seen_at', 'connected_at', 'received_until', 'received_later', 'last_event_at', 'frames', 'frames_rate', 'rejected', 'reconnects', 'ended_at'],
  stream_shards: ['feed', 'shards', 'target', 'shard'],
  target_state: ['unit', 'target', 'last_attempt', 'last_success', 'failures', 'next_due', 'cursor', 'status', 'note'],
  top_gainers: ['batch_id', 'category', 'symbol', 'rank_position', 'price', 'change_amount', 'change_percentage', 'volume', 'last_updated'],
  trade_bars: ['asset_class', 'symbol', 'minute', 'open', 'high', 'low', 'close', 'volume', 'turnover', 'trades', 'open_at', 'close_at'],
  treasury_yield: ['series_id', 'date', 'maturity', 'yield_rate', 'interval_type', 'unit', 'name', 'realtime_start'],
  truth_social_posts: ['id', 'created_at', 'username', 'account_id', 'display_name', 'verified', 'content', 'clean_content', 'language', 'replies_count', 'reblogs_count', 'favourites_count', 'upvotes_count', 'downvotes_count', 'url', 'uri', 'has_media', 'media_count', 'media_attachments', 'tags', 'mentions', 'has_tags', 'has_mentions', 'card_url', 'card_title', 'card_description', 'card_image', 'visibility', 'sensitive', 'spoiler_text', 'in_reply_to_id', 'quote_id', 'kind', 'reblog_of_id', 'quote_of_id', 'poll', 'account_type', 'market_influence', 'collected_at'],
  truth_social_tags: ['name', 'collected_date', 'url', 'total_uses', 'total_accounts', 'recent_statuses_count', 'history_data', 'day_0_uses', 'day_1_uses', 'day_2_uses', 'day_3_uses', 'day_4_uses', 'day_5_uses', 'day_6_uses', 'trend_score', 'growth_rate', 'weekly_average', 'tag_category', 'market_relevance', 'collected_at'],
  truth_social_trends: ['id', 'created_at', 'username', 'account_id', 'display_name', 'content', 'clean_content', 'language', 'replies_count', 'reblogs_count', 'favourites_count', 'upvotes_count', 'downvotes_count', 'url', 'uri', 'has_media', 'media_count', 'media_attachments', 'tags', 'mentions', 'visibility', 'sensitive', 'in_reply_to_id', 'trend_rank', 'trend_score', 'collected_at'],
  truth_social_trends_history: ['id', 'collected_at', 'trend_rank', 'trend_score', 'replies_count', 'reblogs_count', 'favourites_count', 'upvotes_count', 'downvotes_count'],
  x_posts: ['tweet_id', 'author_id', 'text', 'created_at', 'lang', 'source_account', 'account_category', 'collection_source', 'retweet_count', 'reply_count', 'like_count', 'quote_count', 'bookmark_count', 'impression_count', 'hashtags', 'mentions', 'urls', 'cashtags', 'annotations', 'context_annotations', 'username', 'display_name', 'user_verified', 'user_followers_count', 'user_following_count', 'user_tweet_count', 'edit_history_tweet_ids', 'referenced_type', 'referenced_id', 'collected_at', 'referenced_text'],
  x_posts_history: ['tweet_id', 'observed_at', 'retweet_count', 'reply_count', 'like_count', 'quote_count', 'bookmark_count', 'impression_count'],
  x_user_profiles: ['username', 'handle', 'user_id', 'display_name', 'category', 'verified', 'followers_count', 'following_count', 'tweet_count', 'status', 'last_checked'],
}

/** Column order of every view. */
export const viewColumns: Readonly<Record<ViewName, readonly string[]>> = {
  api_usage: ['provider', 'credential', 'day', 'calls', 'answered', 'limited', 'failed', 'unanswered', 'posts', 'usd'],
  balance_sheet_compat: ['symbol', 'fiscaldateending', 'reportedcurrency', 'totalassets', 'totalcurrentassets', 'cashandcashequivalentsatcarryingvalue', 'cashandshortterminvestments', 'inventory', 'currentnetreceivables', 'totalnoncurrentassets', 'propertyplantequipment', 'accumulateddepreciationamortizationppe', 'intangibleassets', 'intangibleassetsexcludinggoodwill', 'goodwill', 'investments', 'longterminvestments', 'shortterminvestments', 'othercurrentassets', 'othernoncurrentassets', 'totalliabilities', 'totalcurrentliabilities', 'currentaccountspayable', 'deferredrevenue', 'currentdebt', 'shorttermdebt', 'totalnoncurrentliabilities', 'capitalleaseobligations', 'longtermdebt', 'currentlongtermdebt', 'longtermdebtnoncurrent', 'shortlongtermdebttotal', 'othercurrentliabilities', 'othernoncurrentliabilities', 'totalshareholderequity', 'treasurystock', 'retainedearnings', 'commonstock', 'commonstocksharesoutstanding', 'fetched_at'],
  bithumb_coingecko_mapping_compat: ['id', 'market_code', 'symbol', 'bithumb_korean_name', 'bithumb_english_name', 'coingecko_id', 'coingecko_name', 'market_cap_rank', 'market_cap_usd', 'current_price_usd', 'match_method', 'match_score', 'is_verified', 'is_active', 'has_issues', 'notes', 'created_at', 'updated_at', 'verified_at', 'verified_by'],
  coin_details_with_quotes: ['market_cap_rank', 'coingecko_id', 'symbol', 'name', 'current_price_usd', 'market_cap_usd', 'categories', 'genesis_date', 'homepage_url', 'market_code', 'bithumb_price_krw', 'bithumb_change_pct', 'bithumb_turnover_24h_krw', 'quoted_at'],
  coin_exchange_quotes: ['coingecko_id', 'symbol', 'market_code', 'coin_name', 'exchange_id', 'exchange_name', 'base', 'target', 'converted_last_usd', 'converted_volume_usd', 'bid_ask_spread_percentage', 'market_cap_rank', 'timestamp'],
  coingecko_coin_details_primary: ['coingecko_id', 'symbol', 'name', 'web_slug', 'description_en', 'genesis_date', 'country_origin', 'homepage_url', 'blockchain_site', 'twitter_screen_name', 'facebook_username', 'telegram_channel_identifier', 'subreddit_url', 'github_repos', 'image_thumb', 'image_small', 'image_large', 'categories', 'current_price_usd', 'current_price_krw', 'market_cap_usd', 'market_cap_rank', 'total_volume_usd', 'ath_usd', 'ath_change_percentage', 'ath_date', 'atl_usd', 'atl_change_percentage', 'atl_date', 'total_supply', 'circulating_supply', 'max_supply', 'price_change_24h_usd', 'price_change_percentage_24h', 'price_change_percentage_7d', 'price_change_percentage_30d', 'community_score', 'twitter_followers', 'reddit_subscribers', 'telegram_channel_user_count', 'developer_score', 'forks', 'stars', 'total_issues', 'closed_issues', 'commit_count_4_weeks', 'public_interest_score', 'liquidity_score', 'coingecko_last_updated', 'created_at', 'updated_at'],
  coingecko_coin_primary: ['symbol', 'coingecko_id', 'name', 'market_cap_rank', 'market_cap_usd', 'current_price_usd', 'image_url', 'last_updated'],
  coingecko_global: ['id', 'active_cryptocurrencies', 'upcoming_icos', 'ongoing_icos', 'ended_icos', 'markets', 'total_market_cap_usd', 'total_market_cap_krw', 'total_market_cap_btc', 'total_market_cap_eth', 'total_volume_usd', 'total_volume_krw', 'total_volume_btc', 'total_volume_eth', 'btc_dominance', 'eth_dominance', 'bnb_dominance', 'xrp_dominance', 'ada_dominance', 'sol_dominance', 'doge_dominance', 'market_cap_change_percentage_24h_usd', 'market_cap_percentage_json', 'total_market_cap_json', 'total_volume_json', 'coingecko_updated_at', 'collected_at', 'created_at', 'updated_at'],
  coingecko_tickers_bithumb: ['id', 'market_code', 'coingecko_id', 'symbol', 'coin_name', 'base', 'target', 'exchange_name', 'exchange_id', 'last_price', 'volume_24h', 'converted_last_usd', 'converted_volume_usd', 'trust_score', 'bid_ask_spread_percentage', 'timestamp', 'last_traded_at', 'last_fetch_at', 'is_anomaly', 'is_stale', 'trade_url', 'coin_mcap_usd', 'match_method', 'market_cap_rank', 'created_at', 'updated_at'],
  company_news_progress: ['id', 'collection_name', 'symbol', 'current_position', 'total_symbols', 'last_updated', 'status', 'last_attempt', 'last_success', 'failures', 'next_due'],
  company_overview_latest: ['batch_id', 'symbol', 'name', 'asset_type', 'description', 'cik', 'exchange', 'currency', 'country', 'sector', 'industry', 'address', 'official_site', 'fiscal_year_end', 'latest_quarter', 'market_capitalization', 'ebitda', 'pe_ratio', 'peg_ratio', 'book_value', 'dividend_per_share', 'dividend_yield', 'eps', 'revenue_per_share_ttm', 'profit_margin', 'operating_margin_ttm', 'return_on_assets_ttm', 'return_on_equity_ttm', 'revenue_ttm', 'gross_profit_ttm', 'diluted_eps_ttm', 'quarterly_earnings_growth_yoy', 'quarterly_revenue_growth_yoy', 'analyst_target_price', 'trailing_pe', 'forward_pe', 'price_to_sales_ratio_ttm', 'price_to_book_ratio', 'ev_to_revenue', 'ev_to_ebitda', 'beta', 'week_52_high', 'week_52_low', 'day_50_moving_average', 'day_200_moving_average', 'shares_outstanding', 'dividend_date', 'ex_dividend_date', 'extra', 'as_of', 'created_at', 'updated_at'],
  company_overview_progress: ['id', 'collection_name', 'symbol', 'current_position', 'total_symbols', 'last_updated', 'status', 'last_attempt', 'last_success', 'failures', 'next_due'],
  cpi_compat: ['date', 'cpi_value', 'interval_type', 'unit', 'name'],
  crypto_dominance_monthly: ['month', 'observations', 'btc_average', 'btc_lowest', 'btc_highest', 'btc_deviation', 'eth_average', 'eth_lowest', 'eth_highest', 'eth_deviation'],
  crypto_market_trend: ['day', 'total_market_cap_usd', 'total_volume_usd', 'btc_dominance', 'change_24h', 'trend'],
  crypto_overview: ['coingecko_updated_at', 'active_cryptocurrencies', 'markets', 'total_market_cap_usd', 'total_volume_usd', 'market_cap_change_percentage_24h_usd', 'btc_dominance', 'eth_dominance', 'btc_eth_dominance', 'altcoin_share', 'market_phase', 'btc_dominance_label'],
  data_collection_metrics: ['dag_id', 'task_id', 'run_id', 'execution_date', 'api_calls_attempted', 'api_calls_successful', 'api_calls_failed', 'api_rate_limited', 'records_fetched', 'records_processed', 'records_inserted', 'records_updated', 'records_skipped', 'duplicate_records', 'invalid_records', 'task_status', 'execution_duration_seconds', 'data_freshness_minutes', 'error_message', 'warning_message', 'updated_at'],
  derivatives_by_exchange: ['market', 'contracts', 'underlyings', 'funding_rate_average', 'funding_positive', 'funding_negative', 'open_interest_usd', 'volume_24h_usd', 'basis_average', 'collected_at'],
  derivatives_by_underlying: ['index_id', 'contracts', 'exchanges', 'funding_rate_average', 'funding_positive', 'funding_negative', 'open_interest_usd', 'volume_24h_usd', 'basis_average', 'collected_at'],
  earnings_calendar_compat: ['symbol', 'company_name', 'report_date', 'fiscal_date_ending', 'estimate', 'currency', 'event_description', 'fetched_at'],
  etf_profile_holdings_compat: ['id', 'symbol', 'net_assets', 'net_expense_ratio', 'portfolio_turnover', 'dividend_yield', 'inception_date', 'leveraged', 'sectors', 'holdings', 'collected_at', 'updated_at'],
  etf_realtime_prices_compat: ['id', 'symbol', 'price', 'volume', 'timestamp_ms', 'trade_conditions', 'created_at', 'ingested_at'],
  exchange_liquidity: ['exchange_id', 'exchange_name', 'coins', 'volume_usd', 'spread_average_pct', 'newest_at'],
  federal_funds_rate_compat: ['date', 'rate', 'interval_type', 'unit', 'name'],
  inflation_compat: ['date', 'inflation_rate', 'interval_type', 'unit', 'name'],
  kimchi_premium: ['coingecko_id', 'symbol', 'coin_name', 'market_cap_rank', 'korean_exchange', 'korean_price_usd', 'korean_volume_usd', 'korean_at', 'global_price_usd', 'global_volume_usd', 'global_exchanges', 'global_oldest_at', 'premium_pct'],
  kimchi_premium_upbit_binance: ['coingecko_id', 'symbol', 'coin_name', 'market_cap_rank', 'upbit_price_usd', 'binance_price_usd', 'upbit_volume_usd', 'binance_volume_usd', 'upbit_at', 'binance_at', 'premium_pct'],
  mapping_issues: ['market_code', 'status', 'symbol', 'korean_name', 'english_name', 'coingecko_id', 'coingecko_name', 'match_score', 'name_similarity', 'price_gap_pct', 'candidates', 'notes'],
  mapping_quality: ['status', 'markets', 'overridden', 'score_average', 'name_similarity_average', 'price_gap_average_pct', 'prices_compared'],
  mapping_successful: ['market_code', 'symbol', 'bithumb_korean_name', 'coingecko_id', 'coingecko_name', 'market_cap_rank', 'match_method', 'match_score', 'price_gap_pct', 'verified_at'],
  price_consistency: ['coingecko_id', 'symbol', 'exchanges', 'lowest_usd', 'highest_usd', 'range_pct', 'volume_usd', 'signal'],
  sp500_earnings_calendar_compat: ['id', 'symbol', 'company_name', 'report_date', 'fiscal_date_ending', 'estimate', 'currency', 'gics_sector', 'gics_sub_industry', 'headquarters', 'event_type', 'event_title', 'event_description', 'total_news_count', 'forecast_news_count', 'reaction_news_count', 'created_at', 'updated_at'],
  sp500_earnings_news_compat: ['id', 'calendar_id', 'source_table', 'title', 'url', 'summary', 'content', 'source', 'published_at', 'news_section', 'days_from_earnings', 'fetched_at', 'created_at'],
  sp500_top50: ['symbol', 'company_name', 'sector', 'industry', 'created_at', 'updated_at'],
  sp500_websocket_trades_compat: ['id', 'symbol', 'price', 'volume', 'timestamp_ms', 'trade_conditions', 'pod_index', 'pod_name', 'source', 'created_at', 'ingested_at'],
  treasury_yield_compat: ['date', 'maturity', 'interval_type', 'yield_rate', 'created_at', 'updated_at'],
}

/** Natural key of every table; empty for a table whose only key is a number. */
export const keys: Readonly<Record<TableName, readonly string[]>> = {
  balance_sheet: ['symbol', 'fiscal_date_ending', 'period'],
  balance_sheet_history: ['symbol', 'fiscal_date_ending', 'period', 'collected_at'],
  bithumb_coingecko_mapping: ['market_code'],
  bithumb_ticker: ['market', 'timestamp_field', 'quoted_at'],
  bithumb_ticker_latest: ['market'],
  coingecko_coin_details: ['coingecko_id'],
  coingecko_derivatives: ['batch_id', 'market', 'symbol', 'contract_type', 'expiry'],
  coingecko_global_market_data: ['coingecko_updated_at'],
  coingecko_id_mapping: ['coingecko_id'],
  coingecko_tickers_bithumb_matched: ['coingecko_id', 'exchange_id', 'base', 'target', 'timestamp'],
  collection_gaps: ['unit', 'began_at'],
  company_news: ['symbol', 'url'],
  company_overview: ['symbol'],
  company_overview_history: ['symbol', 'as_of'],
  cpi: ['series_id', 'date'],
  credential_rests: ['provider', 'credential'],
  earnings_calendar: [],
  earnings_calendar_history: ['symbol', 'fiscal_date_ending', 'collected_at'],
  earnings_news_finnhub: ['symbol', 'report_date', 'url'],
  email_subscriptions: ['email', 'scope'],
  etf_basic_info: ['symbol'],
  etf_holdings: ['etf_symbol', 'as_of', 'holding'],
  etf_market_snapshots: ['symbol', 'snapshot_time'],
  etf_profile_holdings: ['symbol'],
  etf_profile_holdings_history: ['symbol', 'as_of'],
  etf_realtime_prices: ['traded_at', 'symbol', 'trade_id'],
  federal_funds_rate: ['series_id', 'date'],
  fin_world: ['only_row'],
  finnhub_trades: ['traded_at', 'symbol', 'trade_id'],
  inflation: ['series_id', 'date'],
  ipo_calendar: ['symbol'],
  ipo_calendar_history: ['symbol', 'ipo_date'],
  job_locks: ['name'],
  job_runs: [],
  macro_vintages: ['series_id', 'date', 'realtime_start', 'collected_at'],
  market_code_bithumb: ['market_code'],
  market_news: ['url'],
  market_news_finnhub: ['category', 'news_id'],
  market_news_sentiment: ['url'],
  market_news_sentiment_queries: ['url', 'batch_id', 'query_type'],
  post_analysis_cache: ['post_id', 'post_source'],
  post_keywords: ['post_id', 'post_source', 'keyword', 'keyword_position'],
  provider_locks: ['provider'],
  provider_requests: [],
  rejected_rows: [],
  schema_drift: ['unit', 'source', 'field'],
  sp500_companies: ['symbol'],
  sp500_earnings_calendar: ['symbol', 'report_date'],
  sp500_earnings_news: ['calendar_id', 'url'],
  sp500_market_snapshots: ['symbol', 'snapshot_time'],
  sp500_membership: ['symbol', 'period_number', 'known_from'],
  sp500_websocket_trades: ['traded_at', 'symbol', 'trade_id'],
  stream_consumers: ['consumer', 'host', 'pid'],
  stream_gaps: [],
  stream_positions: ['consumer', 'topic', 'partition'],
  stream_producers: ['feed', 'shards', 'shard'],
  stream_shards: ['feed', 'shards', 'target'],
  target_state: ['unit', 'target'],
  top_gainers: ['batch_id', 'category', 'symbol'],
  trade_bars: ['asset_class', 'symbol', 'minute'],
  treasury_yield: ['series_id', 'date'],
  truth_social_posts: ['id'],
  truth_social_tags: ['name', 'collected_date'],
  truth_social_trends: ['id'],
  truth_social_trends_history: ['id', 'collected_at'],
  x_posts: ['tweet_id'],
  x_posts_history: ['tweet_id', 'observed_at'],
  x_user_profiles: ['handle'],
}

/** Columns that hold numbers, of tables and views. */
export const numericColumns: Readonly<Record<TableName | ViewName, readonly string[]>> = {
  balance_sheet: ['total_assets', 'total_current_assets', 'cash_and_cash_equivalents_at_carrying_value', 'cash_and_short_term_investments', 'inventory', 'current_net_receivables', 'total_non_current_assets', 'property_plant_equipment', 'accumulated_depreciation_amortization_ppe', 'intangible_assets', 'intangible_assets_excluding_goodwill', 'goodwill', 'investments', 'long_term_investments', 'short_term_investments', 'other_current_assets', 'other_non_current_assets', 'total_liabilities', 'total_current_liabilities', 'current_accounts_payable', 'deferred_revenue', 'current_debt', 'short_term_debt', 'total_non_current_liabilities', 'capital_lease_obligations', 'long_term_debt', 'current_long_term_debt', 'long_term_debt_noncurrent', 'short_long_term_debt_total', 'other_current_liabilities', 'other_non_current_liabilities', 'total_shareholder_equity', 'treasury_stock', 'retained_earnings', 'common_stock', 'common_stock_shares_outstanding'],
  balance_sheet_history: ['total_assets', 'total_current_assets', 'cash_and_cash_equivalents_at_carrying_value', 'cash_and_short_term_investments', 'inventory', 'current_net_receivables', 'total_non_current_assets', 'property_plant_equipment', 'accumulated_depreciation_amortization_ppe', 'intangible_assets', 'intangible_assets_excluding_goodwill', 'goodwill', 'investments', 'long_term_investments', 'short_term_investments', 'other_current_assets', 'other_non_current_assets', 'total_liabilities', 'total_current_liabilities', 'current_accounts_payable', 'deferred_revenue', 'current_debt', 'short_term_debt', 'total_non_current_liabilities', 'capital_lease_obligations', 'long_term_debt', 'current_long_term_debt', 'long_term_debt_noncurrent', 'short_long_term_debt_total', 'other_current_liabilities', 'other_non_current_liabilities', 'total_shareholder_equity', 'treasury_stock', 'retained_earnings', 'common_stock', 'common_stock_shares_outstanding'],
  bithumb_coingecko_mapping: ['id', 'match_score', 'market_cap_rank', 'name_similarity', 'price_gap_pct', 'krw_per_usd'],
  bithumb_ticker: ['id', 'trade_timestamp', 'opening_price', 'high_price', 'low_price', 'trade_price', 'prev_closing_price', 'change_price', 'change_rate', 'signed_change_price', 'signed_change_rate', 'trade_volume', 'acc_trade_price', 'acc_trade_price_24h', 'acc_trade_volume', 'acc_trade_volume_24h', 'highest_52_week_price', 'lowest_52_week_price', 'timestamp_field'],
  bithumb_ticker_latest: ['trade_timestamp', 'opening_price', 'high_price', 'low_price', 'trade_price', 'prev_closing_price', 'change_price', 'change_rate', 'signed_change_price', 'signed_change_rate', 'trade_volume', 'acc_trade_price', 'acc_trade_price_24h', 'acc_trade_volume', 'acc_trade_volume_24h', 'highest_52_week_price', 'lowest_52_week_price', 'timestamp_field'],
  coingecko_coin_details: ['current_price_usd', 'current_price_krw', 'market_cap_usd', 'market_cap_rank', 'total_volume_usd', 'ath_usd', 'ath_change_percentage', 'atl_usd', 'atl_change_percentage', 'total_supply', 'circulating_supply', 'max_supply', 'price_change_24h_usd', 'price_change_percentage_24h', 'price_change_percentage_7d', 'price_change_percentage_30d', 'community_score', 'twitter_followers', 'reddit_subscribers', 'telegram_channel_user_count', 'developer_score', 'forks', 'stars', 'total_issues', 'closed_issues', 'commit_count_4_weeks', 'public_interest_score', 'liquidity_score'],
  coingecko_derivatives: ['id', 'price', 'price_percentage_change_24h', 'index_price', 'basis', 'spread', 'funding_rate', 'open_interest_usd', 'volume_24h_usd'],
  coingecko_global_market_data: ['id', 'active_cryptocurrencies', 'upcoming_icos', 'ongoing_icos', 'ended_icos', 'markets', 'total_market_cap_usd', 'total_market_cap_krw', 'total_market_cap_btc', 'total_market_cap_eth', 'total_volume_usd', 'total_volume_krw', 'total_volume_btc', 'total_volume_eth', 'btc_dominance', 'eth_dominance', 'bnb_dominance', 'xrp_dominance', 'ada_dominance', 'sol_dominance', 'doge_dominance', 'market_cap_change_percentage_24h_usd', 'volume_change_percentage_24h_usd'],
  coingecko_id_mapping: ['current_price_usd', 'market_cap_usd', 'market_cap_rank', 'market_cap_rank_with_rehypothecated', 'total_volume_usd', 'price_change_percentage_24h', 'ath_usd', 'atl_usd', 'circulating_supply', 'total_supply', 'max_supply'],
  coingecko_tickers_bithumb_matched: ['id', 'last_price', 'volume_24h', 'converted_last_usd', 'converted_volume_usd', 'bid_ask_spread_percentage', 'coin_mcap_usd', 'market_cap_rank', 'bithumb_price_krw', 'price_change_percentage_24h', 'bithumb_change_pct'],
  collection_gaps: [],
  company_news: [],
  company_overview: ['batch_id', 'market_capitalization', 'ebitda', 'pe_ratio', 'peg_ratio', 'book_value', 'dividend_per_share', 'dividend_yield', 'eps', 'revenue_per_share_ttm', 'profit_margin', 'operating_margin_ttm', 'return_on_assets_ttm', 'return_on_equity_ttm', 'revenue_ttm', 'gross_profit_ttm', 'diluted_eps_ttm', 'quarterly_earnings_growth_yoy', 'quarterly_revenue_growth_yoy', 'analyst_target_price', 'trailing_pe', 'forward_pe', 'price_to_sales_ratio_ttm', 'price_to_book_ratio', 'ev_to_revenue', 'ev_to_ebitda', 'beta', 'week_52_high', 'week_52_low', 'day_50_moving_average', 'day_200_moving_average', 'shares_outstanding'],
  company_overview_history: ['market_capitalization', 'ebitda', 'pe_ratio', 'peg_ratio', 'book_value', 'dividend_per_share', 'dividend_yield', 'eps', 'revenue_per_share_ttm', 'profit_margin', 'operating_margin_ttm', 'return_on_assets_ttm', 'return_on_equity_ttm', 'revenue_ttm', 'gross_profit_ttm', 'diluted_eps_ttm', 'quarterly_earnings_growth_yoy', 'quarterly_revenue_growth_yoy', 'analyst_target_price', 'trailing_pe', 'forward_pe', 'price_to_sales_ratio_ttm', 'price_to_book_ratio', 'ev_to_revenue', 'ev_to_ebitda', 'beta', 'week_52_high', 'week_52_low', 'day_50_moving_average', 'day_200_moving_average', 'shares_outstanding'],
  cpi: ['cpi_value'],
  credential_rests: [],
  earnings_calendar: ['id', 'estimate'],
  earnings_calendar_history: ['estimate'],
  earnings_news_finnhub: [],
  email_subscriptions: ['id'],
  etf_basic_info: ['popularity_rank', 'expense_ratio', 'aum', 'dividend_yield', 'nav', 'beta', 'week_52_high', 'week_52_low', 'ytd_return'],
  etf_holdings: ['weight'],
  etf_market_snapshots: ['current_price', 'previous_close', 'change_amount', 'change_percentage', 'volume', 'volume_24h'],
  etf_profile_holdings: ['id', 'net_assets', 'net_expense_ratio', 'portfolio_turnover', 'dividend_yield'],
  etf_profile_holdings_history: ['net_assets', 'net_expense_ratio', 'portfolio_turnover', 'dividend_yield'],
  etf_realtime_prices: ['id', 'price', 'volume', 'timestamp_ms'],
  federal_funds_rate: ['rate'],
  fin_world: [],
  finnhub_trades: ['id', 'price', 'volume', 'timestamp_ms'],
  inflation: ['inflation_rate'],
  ipo_calendar: ['id', 'price_range_low', 'price_range_high'],
  ipo_calendar_history: [],
  job_locks: [],
  job_runs: ['id', 'exit_code', 'rows_received', 'rows_inserted', 'rows_updated', 'rows_rejected', 'requests', 'requests_refused', 'requests_failed', 'targets_done', 'targets_failed', 'targets_left', 'pid'],
  macro_vintages: ['value'],
  market_code_bithumb: [],
  market_news: [],
  market_news_finnhub: ['news_id'],
  market_news_sentiment: ['batch_id', 'last_batch_id', 'overall_sentiment_score'],
  market_news_sentiment_queries: ['batch_id'],
  post_analysis_cache: ['id', 'attempts'],
  post_keywords: ['keyword_position'],
  provider_locks: [],
  provider_requests: ['id', 'posts', 'usd', 'status', 'run_id', 'pid'],
  rejected_rows: ['id', 'run_id'],
  schema_drift: [],
  sp500_companies: ['id', 'market_cap', 'employees'],
  sp500_earnings_calendar: ['id', 'estimate', 'eps_actual', 'total_news_count', 'forecast_news_count', 'report_day_news_count', 'reaction_news_count'],
  sp500_earnings_news: ['id', 'calendar_id', 'days_from_earnings', 'match_score'],
  sp500_market_snapshots: ['current_price', 'previous_close', 'change_amount', 'change_percentage', 'volume', 'volume_24h'],
  sp500_membership: ['period_number'],
  sp500_websocket_trades: ['id', 'price', 'volume', 'timestamp_ms', 'pod_index'],
  stream_consumers: ['pid', 'rows', 'rows_rate', 'rejected'],
  stream_gaps: ['id', 'shard', 'partition', 'first_offset', 'last_offset', 'repaired_bars'],
  stream_positions: ['partition', 'next_offset', 'last_offset'],
  stream_producers: ['shard', 'shards', 'pid', 'frames', 'frames_rate', 'rejected', 'reconnects'],
  stream_shards: ['shards', 'shard'],
  target_state: ['failures'],
  top_gainers: ['batch_id', 'rank_position', 'price', 'change_amount', 'change_percentage', 'volume'],
  trade_bars: ['open', 'high', 'low', 'close', 'volume', 'turnover', 'trades'],
  treasury_yield: ['yield_rate'],
  truth_social_posts: ['replies_count', 'reblogs_count', 'favourites_count', 'upvotes_count', 'downvotes_count', 'media_count', 'market_influence'],
  truth_social_tags: ['total_uses', 'total_accounts', 'recent_statuses_count', 'day_0_uses', 'day_1_uses', 'day_2_uses', 'day_3_uses', 'day_4_uses', 'day_5_uses', 'day_6_uses', 'trend_score', 'growth_rate', 'weekly_average', 'market_relevance'],
  truth_social_trends: ['replies_count', 'reblogs_count', 'favourites_count', 'upvotes_count', 'downvotes_count', 'media_count', 'trend_rank', 'trend_score'],
  truth_social_trends_history: ['trend_rank', 'trend_score', 'replies_count', 'reblogs_count', 'favourites_count', 'upvotes_count', 'downvotes_count'],
  x_posts: ['retweet_count', 'reply_count', 'like_count', 'quote_count', 'bookmark_count', 'impression_count', 'user_followers_count', 'user_following_count', 'user_tweet_count'],
  x_posts_history: ['retweet_count', 'reply_count', 'like_count', 'quote_count', 'bookmark_count', 'impression_count'],
  x_user_profiles: ['followers_count', 'following_count', 'tweet_count'],
  api_usage: ['calls', 'answered', 'limited', 'failed', 'unanswered', 'posts', 'usd'],
  balance_sheet_compat: ['totalassets', 'totalcurrentassets', 'cashandcashequivalentsatcarryingvalue', 'cashandshortterminvestments', 'inventory', 'currentnetreceivables', 'totalnoncurrentassets', 'propertyplantequipment', 'accumulateddepreciationamortizationppe', 'intangibleassets', 'intangibleassetsexcludinggoodwill', 'goodwill', 'investments', 'longterminvestments', 'shortterminvestments', 'othercurrentassets', 'othernoncurrentassets', 'totalliabilities', 'totalcurrentliabilities', 'currentaccountspayable', 'deferredrevenue', 'currentdebt', 'shorttermdebt', 'totalnoncurrentliabilities', 'capitalleaseobligations', 'longtermdebt', 'currentlongtermdebt', 'longtermdebtnoncurrent', 'shortlongtermdebttotal', 'othercurrentliabilities', 'othernoncurrentliabilities', 'totalshareholderequity', 'treasurystock', 'retainedearnings', 'commonstock', 'commonstocksharesoutstanding'],
  bithumb_coingecko_mapping_compat: ['id', 'market_cap_rank', 'market_cap_usd', 'current_price_usd', 'match_score'],
  coin_details_with_quotes: ['market_cap_rank', 'current_price_usd', 'market_cap_usd', 'bithumb_price_krw', 'bithumb_change_pct', 'bithumb_turnover_24h_krw'],
  coin_exchange_quotes: ['converted_last_usd', 'converted_volume_usd', 'bid_ask_spread_percentage', 'market_cap_rank'],
  coingecko_coin_details_primary: ['current_price_usd', 'current_price_krw', 'market_cap_usd', 'market_cap_rank', 'total_volume_usd', 'ath_usd', 'ath_change_percentage', 'atl_usd', 'atl_change_percentage', 'total_supply', 'circulating_supply', 'max_supply', 'price_change_24h_usd', 'price_change_percentage_24h', 'price_change_percentage_7d', 'price_change_percentage_30d', 'community_score', 'twitter_followers', 'reddit_subscribers', 'telegram_channel_user_count', 'developer_score', 'forks', 'stars', 'total_issues', 'closed_issues', 'commit_count_4_weeks', 'public_interest_score', 'liquidity_score'],
  coingecko_coin_primary: ['market_cap_rank', 'market_cap_usd', 'current_price_usd'],
  coingecko_global: ['id', 'active_cryptocurrencies', 'upcoming_icos', 'ongoing_icos', 'ended_icos', 'markets', 'total_market_cap_usd', 'total_market_cap_krw', 'total_market_cap_btc', 'total_market_cap_eth', 'total_volume_usd', 'total_volume_krw', 'total_volume_btc', 'total_volume_eth', 'btc_dominance', 'eth_dominance', 'bnb_dominance', 'xrp_dominance', 'ada_dominance', 'sol_dominance', 'doge_dominance', 'market_cap_change_percentage_24h_usd'],
  coingecko_tickers_bithumb: ['id', 'last_price', 'volume_24h', 'converted_last_usd', 'converted_volume_usd', 'bid_ask_spread_percentage', 'coin_mcap_usd', 'market_cap_rank'],
  company_news_progress: ['id', 'current_position', 'total_symbols', 'failures'],
  company_overview_latest: ['batch_id', 'market_capitalization', 'ebitda', 'pe_ratio', 'peg_ratio', 'book_value', 'dividend_per_share', 'dividend_yield', 'eps', 'revenue_per_share_ttm', 'profit_margin', 'operating_margin_ttm', 'return_on_assets_ttm', 'return_on_equity_ttm', 'revenue_ttm', 'gross_profit_ttm', 'diluted_eps_ttm', 'quarterly_earnings_growth_yoy', 'quarterly_revenue_growth_yoy', 'analyst_target_price', 'trailing_pe', 'forward_pe', 'price_to_sales_ratio_ttm', 'price_to_book_ratio', 'ev_to_revenue', 'ev_to_ebitda', 'beta', 'week_52_high', 'week_52_low', 'day_50_moving_average', 'day_200_moving_average', 'shares_outstanding'],
  company_overview_progress: ['id', 'current_position', 'total_symbols', 'failures'],
  cpi_compat: ['cpi_value'],
  crypto_dominance_monthly: ['observations', 'btc_average', 'btc_lowest', 'btc_highest', 'btc_deviation', 'eth_average', 'eth_lowest', 'eth_highest', 'eth_deviation'],
  crypto_market_trend: ['total_market_cap_usd', 'total_volume_usd', 'btc_dominance', 'change_24h'],
  crypto_overview: ['active_cryptocurrencies', 'markets', 'total_market_cap_usd', 'total_volume_usd', 'market_cap_change_percentage_24h_usd', 'btc_dominance', 'eth_dominance', 'btc_eth_dominance', 'altcoin_share'],
  data_collection_metrics: ['api_calls_attempted', 'api_calls_successful', 'api_calls_failed', 'api_rate_limited', 'records_fetched', 'records_processed', 'records_inserted', 'records_updated', 'records_skipped', 'duplicate_records', 'invalid_records', 'execution_duration_seconds', 'data_freshness_minutes'],
  derivatives_by_exchange: ['contracts', 'underlyings', 'funding_rate_average', 'funding_positive', 'funding_negative', 'open_interest_usd', 'volume_24h_usd', 'basis_average'],
  derivatives_by_underlying: ['contracts', 'exchanges', 'funding_rate_average', 'funding_positive', 'funding_negative', 'open_interest_usd', 'volume_24h_usd', 'basis_average'],
  earnings_calendar_compat: ['estimate'],
  etf_profile_holdings_compat: ['id', 'net_assets', 'net_expense_ratio', 'portfolio_turnover', 'dividend_yield'],
  etf_realtime_prices_compat: ['id', 'price', 'volume', 'timestamp_ms'],
  exchange_liquidity: ['coins', 'volume_usd', 'spread_average_pct'],
  federal_funds_rate_compat: ['rate'],
  inflation_compat: ['inflation_rate'],
  kimchi_premium: ['market_cap_rank', 'korean_price_usd', 'korean_volume_usd', 'global_price_usd', 'global_volume_usd', 'global_exchanges', 'premium_pct'],
  kimchi_premium_upbit_binance: ['market_cap_rank', 'upbit_price_usd', 'binance_price_usd', 'upbit_volume_usd', 'binance_volume_usd', 'premium_pct'],
  mapping_issues: ['match_score', 'name_similarity', 'price_gap_pct'],
  mapping_quality: ['markets', 'overridden', 'score_average', 'name_similarity_average', 'price_gap_average_pct', 'prices_compared'],
  mapping_successful: ['market_cap_rank', 'match_score', 'price_gap_pct'],
  price_consistency: ['exchanges', 'lowest_usd', 'highest_usd', 'range_pct', 'volume_usd'],
  sp500_earnings_calendar_compat: ['id', 'estimate', 'total_news_count', 'forecast_news_count', 'reaction_news_count'],
  sp500_earnings_news_compat: ['id', 'calendar_id', 'days_from_earnings'],
  sp500_top50: [],
  sp500_websocket_trades_compat: ['id', 'price', 'volume', 'timestamp_ms', 'pod_index'],
  treasury_yield_compat: ['yield_rate'],
}

/** Tables partitioned by month, with the column of the event time. */
export const partitioned: Readonly<Partial<Record<TableName, string>>> = {
  bithumb_ticker: 'quoted_at',
  coingecko_tickers_bithumb_matched: 'timestamp',
  etf_market_snapshots: 'snapshot_time',
  etf_realtime_prices: 'traded_at',
  finnhub_trades: 'traded_at',
  sp500_market_snapshots: 'snapshot_time',
  sp500_websocket_trades: 'traded_at',
  trade_bars: 'minute',
}

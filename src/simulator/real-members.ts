/**
 * Well-known members of the S&P 500. They include class shares, companies with two symbols, and symbols that
 * are words.
 */

export interface Member {
  /** Class shares with a dot: `BRK.B`. */
  symbol: string
  name: string
  sector: string
  industry: string
  city: string
  region: string
  exchange: 'NYSE' | 'NASDAQ'
  dateAdded: string
  /** Ten digits. */
  cik: string
  founded: string
}

const lines = `
AAPL|Apple Inc.|Information Technology|Technology Hardware, Storage & Peripherals|Cupertino, California|NASDAQ|1982-11-30|0000320193|1977
MSFT|Microsoft|Information Technology|Systems Software|Redmond, Washington|NASDAQ|1994-06-01|0000789019|1975
NVDA|Nvidia|Information Technology|Semiconductors|Santa Clara, California|NASDAQ|2001-11-30|0001045810|1993
AMZN|Amazon|Consumer Discretionary|Broadline Retail|Seattle, Washington|NASDAQ|2005-11-18|0001018724|1994
GOOGL|Alphabet Inc. (Class A)|Communication Services|Interactive Media & Services|Mountain View, California|NASDAQ|2014-04-03|0001652044|1998
GOOG|Alphabet Inc. (Class C)|Communication Services|Interactive Media & Services|Mountain View, California|NASDAQ|2006-04-03|0001652044|1998
META|Meta Platforms|Communication Services|Interactive Media & Services|Menlo Park, California|NASDAQ|2013-12-23|0001326801|2004
TSLA|Tesla, Inc.|Consumer Discretionary|Automobile Manufacturers|Austin, Texas|NASDAQ|2020-12-21|0001318605|2003
BRK.B|Berkshire Hathaway|Financials|Multi-Sector Holdings|Omaha, Nebraska|NYSE|2010-02-16|0001067983|1839
AVGO|Broadcom|Information Technology|Semiconductors|Palo Alto, California|NASDAQ|2014-05-08|0001730168|1961
JPM|JPMorgan Chase|Financials|Diversified Banks|New York City, New York|NYSE|1975-06-30|0000019617|2000 (1799 / 1871)
LLY|Lilly (Eli)|Health Care|Pharmaceuticals|Indianapolis, Indiana|NYSE|1970-12-31|0000059478|1876
V|Visa Inc.|Financials|Transaction & Payment Processing Services|San Francisco, California|NYSE|2009-12-21|0001403161|1958
MA|Mastercard|Financials|Transaction & Payment Processing Services|Harrison, New York|NYSE|2008-07-18|0001141391|1966
UNH|UnitedHealth Group|Health Care|Managed Health Care|Minnetonka, Minnesota|NYSE|1994-07-01|0000731766|1977
XOM|ExxonMobil|Energy|Integrated Oil & Gas|Irving, Texas|NYSE|1957-03-04|0000034088|1999
CVX|Chevron Corporation|Energy|Integrated Oil & Gas|Houston, Texas|NYSE|1957-03-04|0000093410|1879
JNJ|Johnson & Johnson|Health Care|Pharmaceuticals|New Brunswick, New Jersey|NYSE|1973-06-30|0000200406|1886
PG|Procter & Gamble|Consumer Staples|Personal Care Products|Cincinnati, Ohio|NYSE|1957-03-04|0000080424|1837
HD|Home Depot (The)|Consumer Discretionary|Home Improvement Retail|Atlanta, Georgia|NYSE|1988-03-31|0000354950|1978
ABBV|AbbVie|Health Care|Biotechnology|North Chicago, Illinois|NYSE|2012-12-31|0001551152|2013 (1888)
ABT|Abbott Laboratories|Health Care|Health Care Equipment|North Chicago, Illinois|NYSE|1957-03-04|0000001800|1888
MRK|Merck & Co.|Health Care|Pharmaceuticals|Rahway, New Jersey|NYSE|1957-03-04|0000310158|1891
PFE|Pfizer|Health Care|Pharmaceuticals|New York City, New York|NYSE|1957-03-04|0000078003|1849
KO|Coca-Cola Company (The)|Consumer Staples|Soft Drinks & Non-alcoholic Beverages|Atlanta, Georgia|NYSE|1957-03-04|0000021344|1886
PEP|PepsiCo|Consumer Staples|Soft Drinks & Non-alcoholic Beverages|Purchase, New York|NASDAQ|1957-03-04|0000077476|1898
COST|Costco|Consumer Staples|Consumer Staples Merchandise Retail|Issaquah, Washington|NASDAQ|1993-10-01|0000909832|1976
WMT|Walmart|Consumer Staples|Consumer Staples Merchandise Retail|Bentonville, Arkansas|NYSE|1982-08-31|0000104169|1962
MCD|McDonald's|Consumer Discretionary|Restaurants|Chicago, Illinois|NYSE|1970-06-30|0000063908|1940
CSCO|Cisco|Information Technology|Communications Equipment|San Jose, California|NASDAQ|1993-12-01|0000858877|1984
ACN|Accenture|Information Technology|IT Consulting & Other Services|Dublin, Ireland|NYSE|2011-07-06|0001467373|1989
CRM|Salesforce|Information Technology|Application Software|San Francisco, California|NYSE|2008-09-15|0001108524|1999
ORCL|Oracle Corporation|Information Technology|Application Software|Austin, Texas|NYSE|1989-08-31|0001341439|1977
ADBE|Adobe Inc.|Information Technology|Application Software|San Jose, California|NASDAQ|1997-05-05|0000796343|1982
AMD|Advanced Micro Devices|Information Technology|Semiconductors|Santa Clara, California|NASDAQ|2017-03-20|0000002488|1969
INTC|Intel|Information Technology|Semiconductors|Santa Clara, California|NASDAQ|1976-12-31|0000050863|1968
NFLX|Netflix|Communication Services|Movies & Entertainment|Los Gatos, California|NASDAQ|2010-12-20|0001065280|1997
QCOM|Qualcomm|Information Technology|Semiconductors|San Diego, California|NASDAQ|1999-07-22|0000804328|1985
TXN|Texas Instruments|Information Technology|Semiconductors|Dallas, Texas|NASDAQ|2001-03-12|0000097476|1930
IBM|IBM|Information Technology|IT Consulting & Other Services|Armonk, New York|NYSE|1957-03-04|0000051143|1911
NOW|ServiceNow|Information Technology|Systems Software|Santa Clara, California|NYSE|2019-11-21|0001373715|2003
IT|Gartner|Information Technology|IT Consulting & Other Services|Stamford, Connecticut|NYSE|2017-04-05|0000749251|1979
ON|ON Semiconductor|Information Technology|Semiconductors|Scottsdale, Arizona|NASDAQ|2022-06-21|0001097864|1999
GE|GE Aerospace|Industrials|Aerospace & Defense|Evendale, Ohio|NYSE|1957-03-04|0000040545|1892
BA|Boeing|Industrials|Aerospace & Defense|Arlington, Virginia|NYSE|1957-03-04|0000012927|1916
LMT|Lockheed Martin|Industrials|Aerospace & Defense|Bethesda, Maryland|NYSE|1957-03-04|0000936468|1995
CAT|Caterpillar Inc.|Industrials|Construction Machinery & Heavy Transportation Equipment|Irving, Texas|NYSE|1957-03-04|0000018230|1925
HON|Honeywell|Industrials|Industrial Conglomerates|Charlotte, North Carolina|NASDAQ|1957-03-04|0000773840|1906
MMM|3M|Industrials|Industrial Conglomerates|Saint Paul, Minnesota|NYSE|1957-03-04|0000066740|1902
UPS|United Parcel Service|Industrials|Air Freight & Logistics|Sandy Springs, Georgia|NYSE|2002-07-22|0001090727|1907
AOS|A. O. Smith|Industrials|Building Products|Milwaukee, Wisconsin|NYSE|2017-07-26|0000091142|1916
DIS|Walt Disney Company (The)|Communication Services|Movies & Entertainment|Burbank, California|NYSE|1976-06-30|0001744489|1923
NKE|Nike, Inc.|Consumer Discretionary|Apparel, Accessories & Luxury Goods|Washington County, Oregon|NYSE|1988-11-30|0000320187|1964
BAC|Bank of America|Financials|Diversified Banks|Charlotte, North Carolina|NYSE|1976-06-30|0000070858|1998 (1923 / 1874)
WFC|Wells Fargo|Financials|Diversified Banks|San Francisco, California|NYSE|1976-06-30|0000072971|1852
GS|Goldman Sachs|Financials|Investment Banking & Brokerage|New York City, New York|NYSE|2002-07-22|0000886982|1869
MS|Morgan Stanley|Financials|Investment Banking & Brokerage|New York City, New York|NYSE|1993-07-29|0000895421|1935
C|Citigroup|Financials|Diversified Banks|New York City, New York|NYSE|1988-05-31|0000831001|1998
ALL|Allstate|Financials|Property & Casualty Insurance|Northbrook, Illinois|NYSE|1995-07-13|0000899051|1931
T|AT&T|Communication Services|Integrated Telecommunication Services|Dallas, Texas|NYSE|1983-11-30|0000732717|1983 (1885)
VZ|Verizon|Communication Services|Integrated Telecommunication Services|New York City, New York|NYSE|1983-11-30|0000732712|1983 (1877)
F|Ford Motor Company|Consumer Discretionary|Automobile Manufacturers|Dearborn, Michigan|NYSE|1957-03-04|0000037996|1903
GM|General Motors|Consumer Discretionary|Automobile Manufacturers|Detroit, Michigan|NYSE|2013-06-06|0001467858|1908
A|Agilent Technologies|Health Care|Life Sciences Tools & Services|Santa Clara, California|NYSE|2000-06-05|0001090872|1999
AMGN|Amgen|Health Care|Biotechnology|Thousand Oaks, California|NASDAQ|1992-01-02|0000318154|1980
AES|AES Corporation|Utilities|Independent Power Producers & Energy Traders|Arlington, Virginia|NYSE|1998-10-02|0000874761|1981
BF.B|Brown–Forman|Consumer Staples|Distillers & Vintners|Louisville, Kentucky|NYSE|1982-10-31|0000014693|1870
FOXA|Fox Corporation (Class A)|Communication Services|Broadcasting|New York City, New York|NASDAQ|2019-03-19|0001754301|2019
FOX|Fox Corporation (Class B)|Communication Services|Broadcasting|New York City, New York|NASDAQ|2019-03-19|0001754301|2019
NWSA|News Corp (Class A)|Communication Services|Publishing|New York City, New York|NASDAQ|2013-08-01|0001564708|2013 (News Corporation 1980)
NWS|News Corp (Class B)|Communication Services|Publishing|New York City, New York|NASDAQ|2015-09-18|0001564708|2013 (News Corporation 1980)
`

/** Real companies that never leave the index; three of them have two symbols. */
export const realMembers: readonly Member[] = lines
  .trim()
  .split('\n')
  .map((line) => {
    const [
      symbol = '',
      name = '',
      sector = '',
      industry = '',
      seat = '',
      exchange,
      dateAdded = '',
      cik = '',
      founded = '',
    ] = line.split('|')
    const [city = '', region = ''] = seat.split(', ')
    return {
      symbol,
      name,
      sector,
      industry,
      city,
      region,
      exchange: exchange === 'NYSE' ? 'NYSE' : 'NASDAQ',
      dateAdded,
      cik,
      founded,
    }
  })

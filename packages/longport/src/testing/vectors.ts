/** Both vendor SDKs sent these signatures for these requests; the keys are made up. */
export const signatureInputs = {
  appKey: "0123456789abcdef0123456789abcdef",
  appSecret: "secret-6b5f2d1c9e8a4f70b3d2c1a09f8e7d6c",
  accessToken: "m_eyJhbGciOi.fake.token",
  timestamp: "1700000000",
};

const headers =
  "authorization:m_eyJhbGciOi.fake.token\nx-api-key:0123456789abcdef0123456789abcdef\nx-timestamp:1700000000\n" +
  "|authorization;x-api-key;x-timestamp|";

export const signatures = [
  {
    method: "GET",
    path: "/v1/watchlist/groups",
    query: "",
    body: "",
    canonical: `GET|/v1/watchlist/groups||${headers}`,
    signature: "af0f2697295f1b658ee1a98a172eb4e5d7a6f70afcd67250dd88de07e1657a4f",
  },
  {
    method: "POST",
    path: "/v1/watchlist/groups",
    query: "",
    body: '{"name":"Watchlist1","securities":["700.HK","AAPL.US"]}',
    canonical: `POST|/v1/watchlist/groups||${headers}f71cc12d5ac001008633c39fb355fd74c41ec9e4`,
    signature: "4378f9feb7c16481f3891e1ee3718c4bf588ce0bfe11b7d484237bcb41baab60",
  },
  {
    method: "DELETE",
    path: "/v1/watchlist/groups",
    query: "id=10086&purge=true",
    body: "",
    canonical: `DELETE|/v1/watchlist/groups|id=10086&purge=true|${headers}`,
    signature: "241ef09383b24f965b8804a6ef0bf645d6e58bc8a6d6810b2371a202c72a7a89",
  },
] as const;

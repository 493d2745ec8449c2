// Any rows below the header of an export of events – orders, answers, conversations, clicks, reviews, requests – are
// events or are refused, and every row is accounted for. The first byte says which export it is.
#include <cstdint>
#include <string>

#include "stand_ins.h"

namespace {

constexpr const char* headers[] = {
    "Name,Email,Financial Status,Paid at,Currency,Subtotal,Shipping,Taxes,Total,Discount Amount,Created at,Lineitem "
    "quantity,Lineitem name,Lineitem price,Billing Country,Cancelled at,Refunded Amount\n"
    "#1001,someone@example.com,paid,2025-04-01 17:18:52 -0700,EUR,50.00,5.00,9.50,64.50,0.00,2025-04-01 17:18:52 "
    "-0700,2,\"Tea, green\",10.00,DE,,0.00\n",
    "\"browser\",\"os\",\"date\",\"userAgent\",\"referer\",\"country\",\"region\",\"city\",\"potentialBot\","
    "\"visitedUrl\"\n"
    "\"Firefox\",\"Linux\",\"2025-03-01T10:00:00+01:00\",\"Mozilla/5.0 (X11; Linux x86_64)\","
    "\"https://www.facebook.com/\",\"Germany\",\"\",\"\",\"false\",\"https://s.example/abc\"\n",
    "id,createdAt,queued_at,assigned_at,answeredAt,closedAt,direction,channel,assigneeName,queueName,CallDurationSec\n"
    "16205,2025-01-02T08:20:23Z,2025-01-02T08:21:16Z,2025-01-02 08:21:26+00:00,2025-01-02 08:21:26+00:00,2025-01-02 "
    "08:26:14+00:00,inbound,pstnphone,Agent 1,Technical service,288.0\n",
    "user_id,text,NPS_Score\n3074457347487777543,\"Hard to find.\",7\n",
    "Bitlink,Long URL,Title,Tags,Created,Total Clicks,Campaign\n"
    "bit.ly/3xYz12,https://example.com/page,My page,marketing,2025-01-03,142,Launch\n",
    "127.0.0.1 - - [10/Feb/2012:16:42:07 -0500] \"GET /a?utm_source=x HTTP/1.0\" 200 368 \"https://a.example/\" "
    "\"Mozilla/5.0\"\n",
    "{\"ts\":1703373474.8,\"request\":{\"client_ip\":\"1.2.3.4\",\"method\":\"GET\",\"host\":\"example.com\",\"uri\":"
    "\"/\"},\"status\":200}\n",
    "RespondentID,\"Do you eat steak?<br>\",How old are you?\n,Response,Response\n3237565956,Yes,> 60\n",
    "tweet_id,author_id,inbound,created_at,text,response_tweet_id,in_response_to_tweet_id\n3,Brand,False,Wed Oct 11 "
    "13:25:49 +0000 2017,\"@105835 Please write us.\",,2\n2,105835,True,Wed Oct 11 13:00:09 +0000 2017,@Brand it is "
    "broken,3,\n",
};
}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 1) return 0;
  const std::string header = headers[data[0] % std::size(headers)];
  sociometer::fuzz::import_bytes("fuzz.csv", header + std::string(reinterpret_cast<const char*>(data) + 1, size - 1),
                                 {});
  return 0;
}

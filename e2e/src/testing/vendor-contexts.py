# Runs the quote and the trade context of the vendor's Python package `futu` against the fake on the port that is given, and
# writes what they returned as JSON to the file that is given.
import json
import sys

import futu


def result(returned):
    """A context returns its code and a table, or the reason of a refusal."""
    code, content = returned
    if hasattr(content, "to_json"):
        content = json.loads(content.to_json(orient="records"))
    return {"code": code, "content": content}


address = {"host": "127.0.0.1", "port": int(sys.argv[1])}
quote = futu.OpenQuoteContext(**address)
trade = futu.OpenSecTradeContext(filter_trdmarket=futu.TrdMarket.HK, **address)
code = "HK.00700"
try:
    results = {
        "groups": quote.get_user_security_group(),
        "securities": quote.get_user_security("ETF"),
        "modify": quote.modify_user_security("ETF", futu.ModifyUserSecurityOp.ADD, [code]),
        "subscribe": quote.subscribe([code], [futu.SubType.QUOTE], subscribe_push=False),
        "quotes": quote.get_stock_quote([code]),
        "accounts": trade.get_acc_list(),
        "wrongPassword": trade.unlock_trade("wrong"),
        "unlock": trade.unlock_trade("not-a-real-password"),
        "funds": trade.accinfo_query(),
        "positions": trade.position_list_query(),
        "winners": trade.position_list_query(pl_ratio_min=25),
        "orders": trade.order_list_query(),
        "working": trade.order_list_query(status_filter_list=[futu.OrderStatus.SUBMITTED]),
        "fills": trade.deal_list_query(code=code),
        "pastOrders": trade.history_order_list_query(start="2025-12-01", end="2025-12-20"),
        "pastFills": trade.history_deal_list_query(start="2025-12-01", end="2025-12-31"),
        "quantities": trade.acctradinginfo_query(futu.OrderType.NORMAL, code, 599),
        "margin": trade.get_margin_ratio([code]),
        "cashFlow": trade.get_acc_cash_flow("2026-01-05"),
        "paper": trade.position_list_query(trd_env=futu.TrdEnv.SIMULATE),
        "place": trade.place_order(599, 100, code, futu.TrdSide.BUY),
    }
finally:
    quote.close()
    trade.close()
# Into a file, because the vendor's threads log to stdout whenever they like.
with open(sys.argv[2], "w") as file:
    json.dump({name: result(returned) for name, returned in results.items()}, file)

"""The price table that the queries of cost share, read from one of them."""
from dashboard.charts import QUERIES
from dashboard.price_table import prices_in

PRICES = {(price.region, price.vm_size.lower(), price.priority): price.hourly
          for price in prices_in((QUERIES / "run_cost.kql").read_text("utf-8"))}
REGION = "germanywestcentral"

"""Every word and number of the example collection but the handbook's, as `make_documents.py` sets them.

Owns: what the invented company Alder & Finch and its partners say, in plain text, in the light markup of
`make_documents.blocks`, or in rows. Does not own: how a file looks. All names, addresses and firms are
invented.

Use: `import document_words`.
"""

from typing import NotRequired, TypedDict


class SlideWords(TypedDict):
    """One slide: a title, lines or a table, and what the speaker says."""

    title: str
    lines: NotRequired[list[str]]
    table: NotRequired[list[list[str]]]
    notes: str


DELIVERY_NOTE_HEAD = [
    (50, "Thornbury Bulbs"),
    (25, "Dyke Farm, Fenny Lane, Thornbury Fen TF1 8BB"),
    (20, " "),
    (40, "Delivery note DN-20417"),
    (27, "Date: 16 September 2025"),
    (27, "Deliver to: Alder & Finch, Goods In, Hartmere"),
    (27, "Order: AF-5582        Carrier: Redhill Haulage"),
]
"""Size in pixels and text of each line above the table of the scanned delivery note."""

DELIVERY_NOTE_ROWS = [
    ["Item", "Description", "Pieces", "Crates"],
    ["TB-14", "Tulip Apeldoorn 12/+", "2400", "8"],
    ["TB-22", "Crocus mixed colours", "6500", "5"],
    ["TB-31", "Daffodil Carlton", "1800", "9"],
    ["TB-40", "Snowdrop single", "3200", "2"],
    ["TB-57", "Allium Purple Sensation", "950", "4"],
]

DELIVERY_NOTE_FOOT = [
    "The goods were delivered on 3 pallets.",
    "The gross weight of the delivery is 412 kg.",
    "One crate of Daffodil Carlton arrived wet and was refused.",
    "Goods received and checked by J. Okafor.",
    "Store the bulbs dry, at no more than 17 degrees.",
]

RECEIPT = [
    ("title", "MILL ROAD HARDWARE", ""),
    ("line", "12 Mill Road, Hartmere", ""),
    ("line", "Receipt No. 008813", ""),
    ("line", "21 November 2025  16:42", ""),
    ("rule", "", ""),
    ("line", "Greenhouse heater 2 kW", "89.95"),
    ("line", "Extension cable 10 m", "18.50"),
    ("line", "Frost fleece 2 x 10 m", "12.25"),
    ("line", "Cable clips, box of 50", "3.40"),
    ("rule", "", ""),
    ("total", "TOTAL GBP", "124.10"),
    ("line", "VAT 20 % included", "20.68"),
    ("line", "Paid by card", "124.10"),
    ("rule", "", ""),
    ("line", "You were served by Lena", ""),
    ("line", "Thank you and goodbye!", ""),
]
"""Kind (title, line, rule, total), left or centred text, and right text of each line of the receipt."""

CONTRACT = """
# Supply Agreement

between Alder & Finch, Hartmere (the Buyer), and Holm Seed Growers, Saltby (the Grower), made on 18 March
2025.

## 1. Subject

1.1 The Grower raises seed for the Buyer and delivers it cleaned, dried and in labelled sacks.

1.2 The Buyer takes at least 800 kg of seed in every contract year.

## 2. Term and termination

2.1 This agreement begins on 1 April 2025 and runs for 24 months.

2.2 Either party may terminate this agreement with a notice period of 90 days to the end of a calendar
quarter.

2.3 The Buyer may terminate at once if two deliveries in a row fail the germination test.

## 3. Quality

3.1 Every lot has to reach a germination rate of at least 85 per cent, tested by an independent laboratory.

3.2 The moisture of the seed may not exceed 9 per cent at the time of delivery.

3.3 The Grower keeps a sample of 200 g of every lot for three years.

## 4. Prices

4.1 The following prices hold until the end of the term.

| Seed | Lot size | Price per kg |
| Broad bean Saltby Early | 50 kg | £6.20 |
| Winter rye Holm | 100 kg | £1.85 |
| Crimson clover | 25 kg | £9.40 |
| Phacelia | 25 kg | £11.30 |

## 5. Payment

5.1 Invoices are payable within 45 days of delivery.

5.2 Late payments bear interest of 1.5 per cent a month.

5.3 A rebate of 3 per cent is granted for payment within ten days.

## 6. Delivery

6.1 The Grower announces each delivery five working days ahead and bears the risk until the seed is
unloaded.

- Sacks are stacked no more than six high.
- Each sack carries the lot number, the year of harvest and the weight.

## 7. Final terms

7.1 Changes to this agreement have to be made in writing.

7.2 Disputes are first brought before a mediator whom both parties choose together.

Signed for the Buyer: Maud Alder. Signed for the Grower: Greta Holm.
"""

SLIDES: list[SlideWords] = [
    {
        "title": "Spring launch 2026",
        "lines": ["The Heron long-reach pruner", "Marketing meeting, 13 October 2025"],
        "notes": "Welcome everybody. The meeting ends at noon, questions come last.",
    },
    {
        "title": "What the Heron can do",
        "lines": [
            "The Heron reaches branches up to 2.4 metres away",
            "It weighs only 980 grams",
            "It cuts wood up to 28 millimetres thick",
            "Its launch price is £64",
        ],
        "notes": "The Heron's handle is ash wood from the Dunmere sawmill. The first batch is 1,200 pieces.",
    },
    {
        "title": "Launch budget",
        "table": [
            ["Item", "Budget", "Responsible"],
            ["Catalogue pages", "£8,400", "Maud Alder"],
            ["Short films", "£5,200", "Idris Penhale"],
            ["Trade fair stand", "£3,900", "Beatrix Lowe"],
            ["Samples for the press", "£1,500", "Idris Penhale"],
            ["Total", "£19,000", ""],
        ],
        "notes": "Last year's launch cost £22,750, so we are saving on the stand.",
    },
    {
        "title": "Timetable",
        "lines": [
            "12 January 2026: samples go to the press",
            "2 February 2026: the catalogue is printed",
            "The Heron goes on sale on 3 March 2026",
            "20 March 2026: first review of the sales",
        ],
        "notes": "If the printer is late, the sale still starts on the web on the planned day.",
    },
    {
        "title": "Risks and next steps",
        "lines": [
            "Risk: the blade steel comes from one mill only",
            "Risk: a wet spring shortens the pruning season",
            "Next: Idris Penhale books the film crew by 31 October 2025",
        ],
        "notes": "A second steel mill has been asked for an offer.",
    },
]

PRICES = """\
AF-101,Tomato Harbour Red,Vegetable seed,packet,2.60,840
AF-102,Runner bean Lantern,Vegetable seed,packet,3.10,615
AF-103,Carrot Amber Long,Vegetable seed,packet,2.20,1120
AF-104,Kale Blue Curl,Vegetable seed,packet,2.40,530
AF-105,Pumpkin Old Miller,Vegetable seed,packet,3.40,275
AF-106,Beetroot Garnet,Vegetable seed,packet,2.30,760
AF-107,Leek Northgate,Vegetable seed,packet,2.70,410
AF-201,Cornflower Midnight,Flower seed,packet,1.90,980
AF-202,Sweet pea Regatta,Flower seed,packet,3.60,345
AF-203,Poppy Tin Soldier,Flower seed,packet,2.10,690
AF-204,Sunflower Tall Tom,Flower seed,packet,2.50,455
AF-205,Nasturtium Ember,Flower seed,packet,2.80,520
AF-301,Strawberry Early Bell,Young plants,tray of 6,11.50,64
AF-302,Rosemary upright,Young plants,pot,5.25,130
AF-303,Lavender Quill,Young plants,pot,5.75,118
AF-304,Gooseberry Green Drop,Young plants,pot,13.90,37
AF-401,Border spade,Hand tools,piece,46.00,52
AF-402,Hand trowel,Hand tools,piece,14.80,210
AF-403,Copper watering can,Hand tools,piece,79.50,23
AF-404,Hoe Swallow,Hand tools,piece,38.25,71
AF-405,Dibber with scale,Hand tools,piece,12.60,166
AF-406,Secateurs Wren,Hand tools,piece,33.90,94
AF-501,Battery hedge trimmer,Battery tools,piece,189.00,14
AF-502,Battery shears,Battery tools,piece,96.50,29
AF-503,Spare battery 18 V,Battery tools,piece,58.00,41
"""
"""Article, product, category, unit, price in GBP, pieces in stock."""

FAQ = """\
<!DOCTYPE html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <title>Questions and answers - Alder &amp; Finch</title>
  <style>body { font-family: Georgia, serif; } nav a { margin-right: 1em; }</style>
  <script>window.basket = { items: 0 };</script>
</head>
<body>
  <header>
    <nav>
      <a href="/">Home</a> <a href="/seeds">Seeds</a> <a href="/tools">Tools</a>
      <a href="/basket">Basket (0)</a> <a href="/login">Log in</a>
    </nav>
  </header>
  <aside class="cookie-banner">We use cookies to remember your basket. <button>Accept all</button></aside>
  <main>
    <h1>Questions and answers</h1>
    <p>These are the questions that reach us most often.</p>

    <h2>Before you order</h2>
    <h3>How do I get the catalogue?</h3>
    <p>The printed catalogue is free. It appears twice a year, in <b>January</b> and in <b>August</b>.</p>
    <h3>Do you deliver abroad?</h3>
    <p>Outside Great Britain we deliver to these places only:</p>
    <ul>
      <li>Ireland</li>
      <li>the Isle of Man</li>
      <li>the Channel Islands (seeds only, no plants)</li>
    </ul>
    <h3>Are your seeds treated?</h3>
    <p>No. All our seeds are untreated, and about 60 of our varieties are certified organic.</p>

    <h2>Paying</h2>
    <h3>How can I pay?</h3>
    <p>You can pay by card, by bank transfer or with a gift voucher. We do not take cheques.</p>
    <h3>How long is a gift voucher valid?</h3>
    <p>A gift voucher is valid for 18 months from the day of purchase. It can be used in several parts.</p>
    <h3>Is there a discount for large orders?</h3>
    <p>Schools, parishes and allotment societies get a discount on seeds:</p>
    <table>
      <thead><tr><th>Order value</th><th>Discount</th></tr></thead>
      <tbody>
        <tr><td>from £250</td><td>5 %</td></tr>
        <tr><td>from £500</td><td>8 %</td></tr>
        <tr><td>from £1,000</td><td>12 %</td></tr>
      </tbody>
    </table>

    <h2>The Hedge Club</h2>
    <h3>What does membership cost?</h3>
    <p>Membership of the Hedge Club costs £15 a year. Members receive trial seeds every quarter.</p>
    <ol>
      <li>Open your account page.</li>
      <li>Choose <em>Join the Hedge Club</em>.</li>
      <li>Wait for the welcome letter with your member number.</li>
    </ol>
  </main>
  <footer>
    <p>&copy; 2025 Alder &amp; Finch. <a href="/imprint">Imprint</a> <a href="/privacy">Privacy</a></p>
    <p>Follow us everywhere!</p>
  </footer>
</body>
</html>
"""

MAIL_TEXT = """\
Dear Owen,

I am sorry to say that your terracotta order PP-7731 is late because an arch
of our large kiln has cracked and had to be rebuilt.

All glazed bowls will still arrive on time. Only the unglazed pots are late;
the new date of each article is in the attached table.

To make up for it we take 6 per cent off the invoice.

If you need pots for the Easter weekend, I can lend you 150 seconds from the
showroom. Ring me on the kiln line, extension 23.

With kind regards
Ines Calloway
Pemberly Pots, Clay Pit Road, Pemberly
"""

MAIL_CSV = """\
article,pieces,old date,new date
Long Tom pot 20 cm,320,11 April 2025,9 May 2025
Herb trough 60 cm,90,11 April 2025,16 May 2025
Seed pan 25 cm,140,11 April 2025,30 April 2025
"""

GARDEN_NOTES = """\
# Trial garden notes, season 2025

Kept by Idris Penhale. The trial garden has 24 beds of four square metres each.

## Sowing

Broad beans went into bed 3 on 2 March, two weeks earlier than last year. The row under
fleece came up eleven days sooner than the open row.

| Crop       | Sowing depth | Row distance | Bed |
|------------|--------------|--------------|-----|
| Broad bean | 5 cm         | 45 cm        | 3   |
| Carrot     | 1 cm         | 25 cm        | 7   |
| Beetroot   | 2 cm         | 30 cm        | 8   |
| Sweet pea  | 3 cm         | 20 cm        | 15  |

## Watering

The controller in the shed waters the beds at night. Its settings:

```ini
[valve.north]
start = 04:30
minutes = 25

[valve.glasshouse]
start = 05:15
minutes = 12
```

Rain water comes from the tank behind the glasshouse, which holds 5,400 litres.

## Pests

- Slugs: copper tape around the raised beds cut the damage by half.
- Flea beetle: worst on bed 11, gone after the fleece went on.
- Pigeons: netting over the kale from April to June.

### What we try next year

1. Leek Northgate without earthing up.
2. A hedge of gooseberries along the south fence.
3. Green manure: phacelia on every bed that is empty by 15 August.

> The best tomato of the season was Harbour Red, with 6.8 kg from one plant.
"""

OPENING_HOURS = """\
Alder & Finch garden shop
The Old Signal Box, 4 Quill Lane, Hartmere

Opening hours
Monday to Friday: 9:00 to 17:30
Saturday: 9:30 to 16:00
Sunday: closed

From March to May the shop is also open on Sunday from 10:00 to 13:00.
The shop is closed for stocktaking from 2 to 6 January.
The telephone is answered on working days from 8:00 to 18:00.
Dogs are welcome on a lead.
"""

WARRANTY_NOTICE = """\
Notice to customers
12 March 2021

The warranty on hand tools is 5 years from the date of purchase.
Please keep the invoice; it is the only proof we accept.

This notice replaces the one of 2016.
Tobias Finch
"""

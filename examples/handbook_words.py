"""The words of the example handbook, as `make_documents.py` sets them into a PDF.

Owns: the rules of the invented company Alder & Finch, in the light markup of `make_documents.blocks`, with
`===` between pages. Does not own: how a page looks. All names and addresses are invented.

Use: `from handbook_words import HANDBOOK`.
"""

HANDBOOK = """
# Alder & Finch Handbook

For staff and customers. Edition 4, in force from 1 February 2025.

## About us

Alder & Finch was founded in 2009 by Maud Alder and Tobias Finch in a disused signal box at Hartmere. We
sell vegetable and flower seeds, young plants and garden tools by mail order. Our printed catalogue reaches
18,000 households, and today 34 people work for the company, most of them in the packing hall.

The name has a simple origin. The first packets of seed were filled at a kitchen table by Maud Alder, while
Tobias Finch built the first tool, a narrow border spade, out of a broken railway shovel.

## Who this handbook is for

The first three chapters tell customers what they can expect from us when they order, return or complain.
The last two chapters are for the people who work here. Where a leaflet or an older notice says something
else, this edition of the handbook counts.

| Chapter | Page | Meant for |
| Ordering and shipping | 2 | Customers |
| Returns and refunds | 3 | Customers |
| Warranty and guarantees | 4 | Customers and workshop |
| Working at Alder & Finch | 5 | Staff |
| Safety and contacts | 6 | Staff |

===

# Ordering and shipping

## Placing an order

Orders that reach us before 2 pm are packed on the same working day. Live plants leave the nursery from
Monday to Wednesday only, so that no plant has to spend a weekend in a depot.

An order can be changed until it has been packed. After that the parcel has to be accepted and sent back.

## Shipping rates

The price of shipping depends on the service and not on the number of articles. An order of £60 or more is
shipped free of charge as a standard parcel.

| Service | Delivery time | Price | Limit |
| Seed letter | 3 to 4 working days | £1.90 | 250 g |
| Standard parcel | 3 to 5 working days | £4.50 | 15 kg |
| Express parcel | next working day | £9.80 | 15 kg |
| Long parcel | 4 to 6 working days | £12.40 | 2.1 m |

Rakes, spades and canes always travel as a long parcel.

## Late and lost parcels

A parcel that has not arrived 10 working days after dispatch counts as lost. We then send the goods again at
our own cost, or pay the money back if they are sold out. Please report visible damage to a parcel within 48
hours, with a photograph of the box.

===

# Returns and refunds

## Refund period

The refund period for garden tools is 30 days from the day of delivery. The refund period for live plants is
14 days from the day of delivery, because plants do not keep in a box.

Unopened seed packets can be exchanged for a credit note within 60 days. Opened seed packets cannot be
returned.

## How a refund is paid

We pay the refund within 5 working days of the arrival of the goods, by the same means that was used for the
order. The cost of the return parcel is paid by the customer, unless the article was faulty or we sent the
wrong one.

Tools have to come back clean. A tool with traces of use is refunded at 80 per cent of its price.

## Returns address

Send all returns to this address and put the yellow return slip on top of the goods:

Alder & Finch Returns, Unit 7, Kestrel Yard, Larkmoor LM4 2TQ.

- Please do not bring returns to the shop at Hartmere; it has no room for them.
- Live plants have to be announced by mail before they are sent back.

===

# Warranty and guarantees

## Tool warranty

Since 1 February 2025 the warranty on hand tools is 10 years. It covers breakage and faulty material. The
warranty on battery tools and their chargers is 2 years.

The warranty does not cover the following:

- the normal wear of blades and whetstones
- handles that were left outdoors over the winter
- repairs by anybody except our own workshop

## Germination guarantee

If fewer than 70 per cent of the seeds in a packet germinate before the date printed on it, we replace the
packet free of charge. Two photographs of the sowing tray are enough as proof.

## Making a claim

Write to warranty@example.com with the order number and a photograph of the damage. The workshop answers
every claim within 8 working days. Spare handles are kept in stock for 15 years after a tool has left the
catalogue.

===

# Working at Alder & Finch

## Holidays

Full-time staff have 26 days of paid holiday a year, public holidays not counted. Up to 4 unused days may be
carried over and have to be taken by 31 March. In the packing hall nobody takes holidays in February, our
busiest month.

## Sickness

Anyone who is ill tells the shift lead before 7:30 am. A doctor's note is needed from the fourth day on.

## Staff discount

Staff buy everything in the catalogue at a discount of 35 per cent, up to a yearly sum of £400. The discount
is meant for one's own garden and cannot be passed on.

## Expenses and travel

Receipts have to be handed in within 3 weeks. Journeys in one's own car are paid at 42 pence a mile, and the
company bicycle may be borrowed overnight.

| Kind of expense | Who approves it | Limit |
| Tools for the workshop | Workshop lead | £150 |
| Travel to fairs | Staff office | £600 |
| Books and courses | Staff office | £220 |

===

# Safety and contacts

## In the warehouse

The seed store is kept at 5 °C and at 35 per cent humidity. Nobody works in the seed store alone for more
than 20 minutes. Forklift trucks may be driven by trained staff only, at walking pace.

## In case of fire

Leave by the nearest green door and walk to the assembly point, which is the walnut tree beside the east
gate. The alarm is tested on the first Tuesday of every month.

## Contacts

| Department | Person | Mail |
| Customer service | Priya Nandakumar | service@example.com |
| Dispatch | Owen Tarrant | dispatch@example.com |
| Workshop and warranty | Signe Halvorsen | warranty@example.com |
| Staff office | Beatrix Lowe | staff@example.com |

First aid boxes hang beside the franking machine and in the workshop. The first aiders are Owen Tarrant and
Beatrix Lowe.
"""

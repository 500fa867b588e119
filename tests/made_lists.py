"""Lists made up for tests, of which it is known which entries are of one person."""

from __future__ import annotations

from random import Random

import pandas as pd

from ledgers.people.id_numbers import check_character

FIELDS = ["entry_id", "list_name", "name", "id_number", "phone", "address", "birth_date", "sex"]
SURNAMES = "王李张刘陈杨黄赵周吴徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈"
GIVEN = "伟芳娜秀英敏静丽强磊军洋勇艳杰娟涛明超霞平刚桂兰建国文华志玉红春梅海燕雪晓东立新永福德全长生小龙云飞佳子涵欣怡浩然"
PLACES = ("白茶社区", "朝阳村", "柳林社区", "新华路", "劲北社区", "祥和新城")
LISTS = ("教育局", "卫健局", "各村上报")


def made_person(random: Random) -> dict[str, str]:
    """Return one person whose ID number is valid and of the region 999999, which was never given out."""
    born = f"{random.randint(1935, 2015)}{random.randint(1, 12):02}{random.randint(1, 28):02}"
    serial = random.randint(1, 999)
    first = f"999999{born}{serial:03}"
    unit, room = random.randint(1, 4), random.randint(101, 1806)
    return {
        "name": random.choice(SURNAMES) + "".join(random.choices(GIVEN, k=random.choice((1, 2, 2, 2)))),
        "id_number": first + check_character(first),
        "phone": f"199{random.randint(0, 99_999_999):08}",
        "address": f"{random.choice(PLACES)}{random.randint(1, 43)}栋{unit}单元{room}",
        "birth_date": f"{born[:4]}-{born[4:6]}-{born[6:]}",
        "sex": "male" if serial % 2 else "female",
    }


def made_entry(random: Random, person: dict[str, str]) -> dict[str, str | None]:
    """Return what one office writes down of a person: parts are missing, written otherwise, or mistyped."""
    entry: dict[str, str | None] = dict(person)
    number, phone, address, name = person["id_number"], person["phone"], person["address"], person["name"]
    if random.random() < 0.05:
        at = random.randrange(18)
        number = number[:at] + random.choice([d for d in "0123456789" if d != number[at]]) + number[at + 1 :]
    entry["id_number"] = random.choice((number, number, number.lower(), f"{number[:6]} {number[6:14]} {number[14:]}", None))
    entry["phone"] = random.choice((phone, phone, f"+86 {phone}", f"{phone[:3]}-{phone[3:7]}-{phone[7:]}", None))
    written = address.replace("栋", "号楼") + "室"
    entry["address"] = random.choice((address, written, f"青禾镇{written}", address.replace("栋", "-").replace("单元", "-"), None))
    entry["name"] = name if random.random() < 0.97 else name[:-1] + random.choice(GIVEN)
    for field in ("birth_date", "sex"):
        if random.random() < 0.5:
            entry[field] = None
    return entry


def made_lists(n_persons: int, *, seed: int, share: float = 0.6) -> tuple[pd.DataFrame, pd.Series]:
    """Return entries of three lists that overlap, and entry id -> the person that it is of."""
    random = Random(seed)
    rows = []
    for number in range(n_persons):
        person = made_person(random)
        for source in LISTS:
            if random.random() < share:
                rows.append({"list_name": source, **made_entry(random, person), "person": number})
    random.shuffle(rows)
    frame = pd.DataFrame(rows).assign(entry_id=[f"e{n:06}" for n in range(len(rows))])
    return frame[FIELDS], frame.set_index("entry_id")["person"]

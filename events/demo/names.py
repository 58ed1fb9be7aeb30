"""Invented people: names put together from our own lists by a seeded generator, addresses under `.example` (RFC 2606)."""

import random
from dataclasses import dataclass
from typing import Final

# each Thai word with the letters that its e-mail address gets
GIVEN_TH: Final = (
    ("สมชาย", "somchai"), ("มาลี", "malee"), ("อรุณ", "arun"), ("ปิยะ", "piya"), ("นิดา", "nida"), ("ชัยวัฒน์", "chaiwat"),
    ("กานดา", "kanda"), ("ธีรพล", "theeraphon"), ("วรรณา", "wanna"), ("ศิริพร", "siriphon"), ("ณัฐ", "nat"), ("พิมพ์", "phim"),
    ("อนันต์", "anan"), ("จันทรา", "chanthra"), ("กิตติ", "kitti"), ("รัตนา", "rattana"), ("สุริยา", "suriya"), ("ดาริน", "darin"),
    ("ภูผา", "phupha"), ("เมษา", "mesa"), ("ก้องภพ", "kongphop"), ("อิงอร", "ingon"), ("ปกรณ์", "pakon"), ("ลลิตา", "lalita"),
)  # fmt: skip
FAMILY_TH: Final = (
    ("ใจงาม", "jaingam"), ("สุขสันต์", "suksan"), ("ทองคำใส", "thongkhamsai"), ("ศรีเมฆา", "simekha"), ("บุญเรืองรอง", "bunrueangrong"),
    ("วงศ์ตะวัน", "wongtawan"), ("นาคนที", "naknathi"), ("พฤกษาไพร", "phrueksaphrai"), ("แสงดาวเหนือ", "saengdaonuea"),
    ("รุ่งฟ้าใส", "rungfasai"), ("คีรีวัน", "khiriwan"), ("ธารธรรม", "thantham"), ("มณีจันทร์", "manichan"), ("ภักดีเมือง", "phakdimueang"),
    ("อินทรวิถี", "inthrawithi"), ("กลิ่นมะลิ", "klinmali"),
)  # fmt: skip
GIVEN: Final = (
    "Anna", "Ben", "Clara", "David", "Elena", "Farid", "Grace", "Hugo", "Ines", "Jonas", "Kavita", "Liam", "Mei", "Noah",
    "Olga", "Priya", "Quentin", "Rosa", "Samir", "Tara", "Uma", "Victor", "Wen", "Yara",
)  # fmt: skip
FAMILY: Final = (
    "Ashdown", "Bergholm", "Castellane", "Dunmore", "Eastlake", "Fernhall", "Goldwater", "Hartwick", "Islington", "Juneau",
    "Kingsmoor", "Lindqvale", "Marlowe", "Northgate", "Overbury", "Penhale",
)  # fmt: skip
COMPANIES_TH: Final = (
    ("เรือนไม้ดิจิทัล จำกัด", "ruenmai"), ("ตะวันออกข้อมูล จำกัด", "tawanok"), ("นาข้าวซอฟต์แวร์ จำกัด", "nakhao"),
    ("ดอยหลวงการพิมพ์ จำกัด", "doiluang"), ("สะพานแดงขนส่ง จำกัด", "saphandaeng"), ("หิ่งห้อยการศึกษา จำกัด", "hinghoi"),
    ("ลำน้ำสาธารณสุข จำกัด", "lamnam"), ("จักรวาลน้อยการเงิน จำกัด", "chakkrawannoi"),
)  # fmt: skip
COMPANIES: Final = (
    ("Paper Lantern Studio", "paper-lantern"), ("Quiet Harbour Data", "quiet-harbour"), ("Tin Roof Media", "tin-roof"),
    ("Long Bridge Research", "long-bridge"), ("Green Tuk Logistics", "green-tuk"), ("Rice Paper Press", "rice-paper"),
    ("Nine Rivers Hospital Group", "nine-rivers"), ("Small Kite Games", "small-kite"),
)  # fmt: skip
JOBS_TH: Final = ("วิศวกรข้อมูล", "นักวิเคราะห์", "ผู้จัดการโครงการ", "นักพัฒนาซอฟต์แวร์", "เจ้าหน้าที่การตลาด", "นักวิจัย", "นักออกแบบ")
JOBS: Final = ("Data engineer", "Analyst", "Project manager", "Developer", "Marketing officer", "Researcher", "Designer")
STREETS_TH: Final = ("ถนนดอกแก้ว", "ถนนริมคลอง", "ซอยตะไคร้ 4", "ถนนต้นโพธิ์", "ซอยนกกระจอก 9")
CITIES_TH: Final = ("กรุงเทพฯ", "เชียงใหม่", "ขอนแก่น", "สงขลา")
# telephone numbers that pass as numbers and that nobody is known to have: ranges kept free for stories abroad, and in Thailand,
# which keeps none free, short ones behind 010
ABROAD: Final = (
    ("AU", "Lantern Walk, Sydney", "+61 2 5550 0"),
    ("US", "Elm Court, Springfield", "+1 202-555-01"),
    ("DE", "Lindenhof, Berlin", "+49 30 23125"),
)


@dataclass(frozen=True, slots=True)
class Invented:
    """One person as she would fill in a form."""

    language: str
    name: str
    email: str
    job_title: str
    company: str
    address: str
    country: str
    phone: str
    age_band: str


def invent(count: int, seed: int = 20240601) -> list[Invented]:
    """So many people, the same ones every time, no address twice; about two in three have Thai names."""
    dice = random.Random(seed)
    return [_thai(dice, n) if dice.random() < 0.66 else _other(dice, n) for n in range(count)]


def _thai(dice: random.Random, n: int) -> Invented:
    given, given_latin = dice.choice(GIVEN_TH)
    family, family_latin = dice.choice(FAMILY_TH)
    company, domain = dice.choice(COMPANIES_TH)
    return Invented(
        language="th",
        name=f"{given} {family}",
        email=f"{given_latin}.{family_latin}{n}@{domain}.example",
        job_title=dice.choice(JOBS_TH),
        company=company,
        address=f"{dice.randint(1, 299)}/{dice.randint(1, 30)} {dice.choice(STREETS_TH)} {dice.choice(CITIES_TH)}",
        country="TH",
        phone=f"+66 10 {dice.randint(100, 999)} {dice.randint(1000, 9999) % 1000:03}" if dice.random() < 0.9 else "",
        age_band="16-19" if dice.random() < 0.04 else "20+",
    )


def _other(dice: random.Random, n: int) -> Invented:
    given, family = dice.choice(GIVEN), dice.choice(FAMILY)
    company, domain = dice.choice(COMPANIES)
    country, street, prefix = dice.choice(ABROAD)
    digits = dice.randint(10, 99) if country == "US" else dice.randint(100, 999)
    return Invented(
        language="en",
        name=f"{given} {family}",
        email=f"{given.lower()}.{family.lower()}{n}@{domain}.example",
        job_title=dice.choice(JOBS),
        company=company,
        address=f"{dice.randint(1, 299)} {street}",
        country=country,
        phone=f"{prefix}{digits}" if dice.random() < 0.9 else "",
        age_band="16-19" if dice.random() < 0.04 else "20+",
    )

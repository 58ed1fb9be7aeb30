"""Who and what the demo is about: facts only. Every company and every person is invented."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from events.demo.acting import both

SLUG: Final = "lotus-lane"
LEGAL_NAME: Final = "Lotus Lane Events Co., Ltd."
COUNTRY: Final = "TH"
CONTACT: Final = "hello@lotus-lane.example"
DPO_NAME: Final = "Wilai Thammasri"
DPO: Final = "dpo@lotus-lane.example"
OWNER: Final = "owner@lotus-lane.example"

CONFERENCE: Final = "open-data-days-bangkok"
WEBINAR: Final = "privacy-by-design-online"
HOSTED: Final = "makers-morning-chiang-mai"

CARD: Final = ("name", "job_title", "company", "address", "country", "phone", "email")
USES: Final = ("follow_up", "product_information")


@dataclass(frozen=True, slots=True)
class Sponsor:
    """A booth at the conference. `covered` names the laws whose transfer a safeguard covers, outside Thailand."""

    name: str
    domain: str
    country: str
    number: str
    fields: tuple[str, ...] = CARD
    covered: tuple[str, ...] = ()
    helpers: tuple[tuple[str, str], ...] = (("Ann", ""),)  # first name, and where her phone is

    @property
    def admin(self) -> str:
        return f"booth@{self.domain}"


SPONSORS: Final = (
    Sponsor(
        "Chao Phraya Cloud Co., Ltd.",
        "chao-phraya-cloud.example",
        "TH",
        "0100000000011",
        helpers=(("นก", "บูธ A1 ด้านหน้า"), ("ต้น", "บูธ A1 โต๊ะสาธิต")),
    ),
    Sponsor(
        "Golden Mango Analytics Co., Ltd.",
        "golden-mango.example",
        "TH",
        "0100000000029",
        helpers=(("Ploy", "Booth A2"), ("Arun", "Booth A2")),
    ),
    Sponsor(
        "Banyan Networks Co., Ltd.",
        "banyan-networks.example",
        "TH",
        "0100000000037",
        ("name", "job_title", "company", "email"),
        helpers=(("มด", "บูธ A3"),),
    ),
    Sponsor("Silk Thread Software Co., Ltd.", "silk-thread.example", "TH", "0100000000045"),
    Sponsor("Straits Lantern Pte. Ltd.", "straits-lantern.example", "SG", "200000001A", covered=("pdpa", "gdpr")),
    Sponsor("Kallang Metrics Pte. Ltd.", "kallang-metrics.example", "SG", "200000002B"),
    Sponsor(
        "Prairie Signal Inc.",
        "prairie-signal.example",
        "US",
        "DE-0000003",
        covered=("pdpa", "gdpr"),
        helpers=(("Dana", "Booth B3"), ("Kim", "Booth B3")),
    ),
    Sponsor(
        "Blue Mesa Robotics Inc.", "blue-mesa.example", "US", "DE-0000004", ("name", "company", "country", "email"), ("pdpa",)
    ),
)
# what the first booths ask their visitors; the second one locks its phones as well
QUESTIONS: Final[Mapping[int, tuple[Mapping[str, Any], ...]]] = {
    0: (
        {
            "kind": "choice",
            "wording_th": "สนใจบริการใด",
            "wording_en": "Which service?",
            "options": [both("คลาวด์", "Cloud"), both("สำรองข้อมูล", "Backup"), both("ยังไม่แน่ใจ", "Not sure yet")],
        },
        {
            "kind": "multiple",
            "wording_th": "ขอรับอะไรเพิ่มเติม",
            "wording_en": "What may we send?",
            "options": [both("ใบเสนอราคา", "A quotation"), both("เอกสารสินค้า", "Product papers"), both("นัดสาธิต", "A demo")],
        },
        {"kind": "yes_no", "wording_th": "ใช้คลาวด์อยู่แล้วหรือไม่", "wording_en": "In the cloud already?"},
    ),
    1: (
        {
            "kind": "choice",
            "wording_th": "จะตัดสินใจเมื่อใด",
            "wording_en": "When do they decide?",
            "options": [both("เดือนนี้", "This month"), both("ปีนี้", "This year"), both("ยังไม่กำหนด", "Open")],
        },
        {"kind": "text", "wording_th": "ใช้เครื่องมือใดอยู่", "wording_en": "Which tool do they use?"},
    ),
    2: ({"kind": "yes_no", "wording_th": "มีสาขามากกว่าหนึ่งแห่งหรือไม่", "wording_en": "More than one site?"},),
}
LOCKED: Final = 1
LOCK_MINUTES: Final = 10
NOTES: Final = (
    "ขอใบเสนอราคาภายในวันศุกร์",
    "Wants to see how old data is moved over.",
    "",
    "ทีมมีห้าคน กำลังเทียบกับเจ้าอื่น",
    "Comes back in the afternoon with a colleague.",
    "",
    "สนใจอบรมทีมก่อนเริ่มใช้",
)
TOOLS: Final = ("แผ่นตาราง", "Spreadsheets", "ระบบเดิมที่พัฒนาเอง", "")
APP_VERSION: Final = "0.1.0"
# a helper of the first booth whose phone was lost, and revoked while scans waited on it
LOST_PHONE: Final = ("เบส", "บูธ A1 ด้านหลัง")
HELPER: Final = "nok@chao-phraya-cloud.example"
DOORS: Final = (("ฝน", "ประตูทิศเหนือ"), ("Krit", "Riverside entrance"))
AFFILIATE_NAME: Final = "Lotus Lane North Co., Ltd."
AFFILIATE_DOMAIN: Final = "lotus-lane-north.example"
AFFILIATE_NUMBER: Final = "0500000000018"
AFFILIATE_ADMIN: Final = f"office@{AFFILIATE_DOMAIN}"

SUMMARIES: Final = {
    CONFERENCE: both(
        "สองวันสำหรับคนที่ทำงานกับข้อมูลสาธารณะ ฟังเรื่องเล่าจากเทศบาล ห้องสมุด และทีมเล็ก ๆ ที่เปิดข้อมูลของตนให้คนอื่นใช้ต่อ\n\n"
        "มีบูธแปดบูธ เวิร์กช็อปลงมือทำ และเวลาพักที่ยาวพอให้คุยกันจนจบ มาไม่ได้ก็ดูถ่ายทอดสดจากหน้าของคุณได้",
        "Two days for people who work with public data. Towns, libraries and small teams tell how they opened what they "
        "know, and what others made of it.\n\n"
        "There are eight booths, workshops to get your hands on things, and breaks long enough to finish a conversation. "
        "If you cannot come, watch it live from your page.",
    ),
    WEBINAR: both(
        "เก้าสิบนาทีกับคำถามเดียว: ทำอย่างไรให้แบบฟอร์มถามเท่าที่จำเป็น และคนตอบเข้าใจว่าข้อมูลไปที่ไหน\n\n"
        "มีตัวอย่างจริงก่อนและหลังแก้ พร้อมเวลาตอบคำถามครึ่งชั่วโมง ดูย้อนหลังได้สำหรับผู้ลงทะเบียน",
        "Ninety minutes on one question: how does a form ask no more than it needs, and how do people see where their "
        "answers go?\n\n"
        "Forms before and after, then half an hour for your questions. Whoever registered can watch the recording.",
    ),
    HOSTED: both(
        "ยามเช้าในโรงเรียนไม้เก่า นำสิ่งที่คุณกำลังทำมาด้วย แม้จะยังไม่เสร็จ แล้วแบ่งปันกับคนข้าง ๆ\n\nกาแฟและโต๊ะทำงานมีให้ เครื่องมือยืมกันได้",
        "A morning in an old wooden school. Bring what you are making, finished or not, and show it to whoever sits next "
        "to you.\n\n"
        "Coffee and benches are there; tools are shared.",
    ),
}
DOWNLOADS: Final = {
    (CONFERENCE, "slides"): both("สไลด์วันแรก", "Slides of the first day"),
    (CONFERENCE, "recording"): both("บันทึกการบรรยายเปิดงาน", "Recording of the opening talk"),
    (WEBINAR, "other"): both("แบบฝึกหัดออกแบบแบบฟอร์ม", "Workbook: a form that asks less"),
    (WEBINAR, "recording"): both("บันทึกการสัมมนา", "Recording of the webinar"),
}
# at the conference: the large room, and one that fills up
OPENING: Final = both("เปิดงาน: เมืองที่เล่าเรื่องของตัวเอง", "Opening: a city that tells about itself")
WORKSHOP: Final = both("เวิร์กช็อป: เปิดชุดข้อมูลแรกของคุณ", "Workshop: open your first data set")
WORKSHOP_HEADS: Final = 12
FILES: Final = "https://files.lotus-lane.example"
LIVE: Final = "https://live.lotus-lane.example"
# the attendee of the card: she ticked two sponsors and the badge box, and went to booths
GUIDE_NAME: Final = "มาลี ใจงาม"
GUIDE: Final = "malee@attendee.example"

NOTICE: Final = both(
    "ประกาศความเป็นส่วนตัวของการสาธิต\n\n"
    "บริษัท Lotus Lane Events เป็นผู้ควบคุมข้อมูลของงานนี้ เราใช้ข้อมูลที่คุณกรอกเพื่อจัดงานและติดต่อคุณเกี่ยวกับงานเท่านั้น "
    "ผู้สนับสนุนจะได้ข้อมูลของคุณเฉพาะเมื่อคุณเลือกชื่อผู้สนับสนุนรายนั้นในแบบฟอร์ม หรืออนุญาตให้สแกนบัตรแล้วบูธนั้นสแกนบัตรของคุณ "
    "คุณถอนได้ทุกเมื่อในหน้าของคุณ และดูได้เสมอว่าใครได้ข้อมูลใดไปเมื่อใด\n",
    "Privacy notice of the demo\n\n"
    "Lotus Lane Events is the controller of this event. What you fill in is used to run the event and to write to you about it, "
    "and for nothing else. A sponsor gets your data only if you tick that sponsor by name, or if you let booths scan your badge "
    "and that booth scans it. You can take it back at any time on your page, where you also see who got what, and when.\n",
)
WORDS: Final = {
    "sponsor_sharing": both(
        "ฉันให้ผู้จัดงานส่งข้อมูลที่ระบุนี้แก่ผู้สนับสนุนที่ฉันเลือกเป็นรายชื่อ เพื่อติดต่อกลับและส่งข้อมูลสินค้า ฉันถอนได้ทุกเมื่อ",
        "The organiser may give the fields named here to each sponsor I tick by name, so that it can write to me about "
        "its products. I can take this back at any time.",
    ),
    "badge_scan": both(
        "บูธผู้สนับสนุนที่สแกนบัตรของฉันจะได้รับข้อมูลที่ระบุนี้ ฉันปิดได้ทุกเมื่อ",
        "A sponsor whose booth scans my badge gets the fields named here. I can switch this off at any time.",
    ),
    "transfer": both(
        "ฉันทราบว่าประเทศของผู้รับรายนี้อาจคุ้มครองข้อมูลส่วนบุคคลน้อยกว่าประเทศไทย และยังคงให้ส่งข้อมูลไปที่นั่น",
        "I was told that this recipient's country may protect my data less than Thailand does, and still allow the transfer.",
    ),
    "marketing_email": both(
        "ผู้จัดงานส่งข่าวงานครั้งถัดไปถึงฉันทางอีเมลได้ ฉันยกเลิกได้ทุกเมื่อ",
        "The organiser may mail me about its next events. I can stop this at any time.",
    ),
}
FORM: Final[tuple[Mapping[str, Any], ...]] = (
    *({"field": name, "required": name in {"name", "email"}} for name in CARD),
    {
        "field": "custom_track",
        "required": False,
        "label": both("คุณสนใจห้องไหนมากที่สุด", "Which room interests you most?"),
        "reason": both("เพื่อจัดขนาดห้อง", "So that the rooms are large enough."),
        "kind": "choice",
        "options": [
            {"value": "city_data", "th": "ข้อมูลเมือง", "en": "Data of the city"},
            {"value": "tools", "th": "เครื่องมือ", "en": "Tools"},
            {"value": "hands_on", "th": "ลงมือทำ", "en": "Hands on"},
        ],
    },
    {
        "field": "custom_laptop",
        "required": True,
        "label": both("คุณจะใช้คอมพิวเตอร์ของใคร", "Whose computer will you use?"),
        "reason": both(
            "เราเตรียมเครื่องและปลั๊กให้พอ หากไม่ตอบเราจัดที่นั่งในห้องลงมือทำให้ไม่ได้",
            "We bring enough machines and sockets; without an answer we cannot keep a seat in the hands-on room for you.",
        ),
        "kind": "choice",
        "options": [
            {"value": "own", "th": "นำมาเอง", "en": "My own"},
            {"value": "borrowed", "th": "ขอยืม", "en": "I would borrow one"},
        ],
        "shown_if": {"field": "custom_track", "any_of": ["hands_on"]},
    },
)
HOSTED_FORM: Final[tuple[Mapping[str, Any], ...]] = (
    *(
        {"field": name, "required": True, "reason": both("เพื่อออกบัตรเข้างาน", "For your place and your badge.")}
        for name in ("name", "email")
    ),
    {
        "field": "phone",
        "required": True,
        "reason": both("โทรแจ้งหากฝนตกและย้ายสถานที่", "We call if it rains and the place changes."),
    },
    {"field": "company", "required": False},
)

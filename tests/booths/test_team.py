"""A sponsor's admins say who acts for it; a helper brings her own phone."""

from typing import Any

from tests.booths.booth import API
from tests.leads.fair import Fair
from tests.people import ok

TEAM = f"{API}/sponsor/team"


async def mails_to(fair: Fair, email: str) -> list[Any]:
    return await fair.people.database.call("select kind, language, facts from messages.mailbox($1, 20)", email)


async def test_an_invited_helper_hears_of_it_and_may_bring_her_phone_and_nothing_more(fair: Fair) -> None:
    admin, email = await fair.admin("S1"), f"{fair.unique('Helper')}@Sponsors.example"
    made = ok(await admin.post(TEAM, json={"email": email}))
    assert (made["email"].lower(), made["role"]) == (email.lower(), "helper")
    assert ok(await admin.post(TEAM, json={"email": email})) == made
    [mail] = await mails_to(fair, email.lower())
    assert (mail["kind"], mail["language"]) == ("team_invitation", None)
    assert mail["facts"] == {"party": "S1 Co., Ltd.", "by": fair.world.admin_emails["S1"], "role": "helper", "link": "/sponsor"}
    helper = await fair.world.sign_in(email.lower())
    for path in (TEAM, f"{API}/leads"):
        assert (await helper.get(path, params=fair.asking())).status_code == 403
    offered = ok(await helper.post(f"{API}/devices/enrolments/own", json={"event": fair.slug, "place": "Booth B12"}))
    assert offered["qr_text"].endswith(f"/scan/#enrol={offered['code']}")
    phone = ok(await fair.people.visit().post(f"{API}/devices/enrol", json={"code": offered["code"], "helper": "Nok"}))
    assert (phone["party"]["legal_name"], phone["place"]) == ("S1 Co., Ltd.", "Booth B12")
    assert (await helper.post(f"{API}/devices/enrolments/own", json={"event": "no-such-event"})).status_code == 404


async def test_the_last_admin_stays(fair: Fair) -> None:
    admin = await fair.admin("S1")
    [me] = ok(await admin.get(TEAM))["items"]
    for refused in (
        await admin.delete(f"{TEAM}/{me['person']}"),
        await admin.post(TEAM, json={"email": me["email"], "role": "helper"}),
    ):
        assert (refused.status_code, refused.json()["code"]) == (409, "conflict")
    second = ok(await admin.post(TEAM, json={"email": f"{fair.unique('second')}@sponsors.example", "role": "admin"}))
    ok(await admin.delete(f"{TEAM}/{me['person']}"))
    assert (await admin.get(TEAM)).status_code == 403, "whoever was removed is out at once"
    other = await fair.world.sign_in(second["email"])
    assert [member["person"] for member in ok(await other.get(TEAM))["items"]] == [second["person"]]


async def test_whoever_is_removed_leaves_her_phones_and_the_answer_counts_them(fair: Fair) -> None:
    admin = await fair.admin("S1")
    made = ok(await admin.post(TEAM, json={"email": f"{fair.unique('helper')}@sponsors.example"}))
    helper = await fair.world.sign_in(made["email"])
    code = ok(await helper.post(f"{API}/devices/enrolments/own", json={"event": fair.slug}))["code"]
    phone = ok(await fair.people.visit().post(f"{API}/devices/enrol", json={"code": code, "helper": "Nok"}))
    assert ok(await admin.delete(f"{TEAM}/{made['person']}")) == {"phones": 1, "programs": 0}
    assert (await helper.post(f"{API}/devices/enrolments/own", json={"event": fair.slug})).status_code == 403
    client = fair.people.visit()
    client.headers["authorization"] = f"Bearer {phone['access_token']}"
    assert (await client.get(f"{API}/device")).status_code == 200
    assert (await admin.delete(f"{TEAM}/{made['person']}")).status_code == 404


async def test_whoever_is_removed_loses_her_phones_where_that_is_asked_for(fair: Fair) -> None:
    admin = await fair.admin("S1")
    made = ok(await admin.post(TEAM, json={"email": f"{fair.unique('helper')}@sponsors.example"}))
    helper, offer = await fair.world.sign_in(made["email"]), {"event": fair.slug}

    async def joined(code: str) -> Any:
        return await fair.people.visit().post(f"{API}/devices/enrol", json={"code": code, "helper": "Nok"})

    async def shows(phone: Any) -> int:
        bearer = {"authorization": f"Bearer {phone['access_token']}"}
        return (await fair.people.visit().get(f"{API}/device", headers=bearer)).status_code

    hers, unused = [ok(await helper.post(f"{API}/devices/enrolments/own", json=offer))["code"] for _ in range(2)]
    others, another = [ok(await admin.post(f"{API}/devices/enrolments", json=offer))["code"] for _ in range(2)]
    phones = [ok(await joined(code)) for code in (hers, others)]
    remove = f"{TEAM}/{made['person']}"
    refused = await admin.delete(remove, params={"phones": "wipe"})
    assert (refused.status_code, [await shows(phone) for phone in phones]) == (422, [200, 200])
    assert ok(await admin.delete(remove, params={"phones": "revoke"})) == {"phones": 0, "programs": 0}
    assert [await shows(phone) for phone in phones] == [401, 200]
    assert [(await joined(code)).status_code for code in (unused, another)] == [410, 201], "nor does a code of hers join"


async def test_whoever_is_invited_again_after_she_left_hears_of_it_again(fair: Fair) -> None:
    admin, email = await fair.admin("S1"), f"{fair.unique('again')}@sponsors.example"
    made = ok(await admin.post(TEAM, json={"email": email}))
    ok(await admin.delete(f"{TEAM}/{made['person']}"))
    fair.clock.forward(minutes=1)
    ok(await admin.post(TEAM, json={"email": email}))
    assert len(await mails_to(fair, email)) == 2


async def test_another_party_s_team_is_none_of_hers(fair: Fair) -> None:
    admin = await fair.admin("S1")
    [theirs] = ok(await (await fair.admin("S2")).get(TEAM))["items"]
    assert (await admin.delete(f"{TEAM}/{theirs['person']}")).status_code == 404
    assert (await admin.get(TEAM, params={"party": str(fair.parties["S2"])})).status_code == 404

"""Every route of the application and every persona: what happens when that persona calls that route.

The rows are asked from top to bottom, so what ends something stands last. `~` stands for /api/v1. The path names A's things:
the attendee's registration, the first sponsor's phone, client, recall and download, the first organisation's event.

yes  served (2xx, or led to another page), and nothing of attendee A stands in the answer
her  served, and attendee A stands in it
401  this credential, or none, is nothing here       403  a person, but not in this role
404  a thing of others, or of nobody                 410  a link or code that opens nothing
409  hers, and not possible as it stands
"""

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from tests.access.personas import PERSONAS
from tests.hosting.test_tenants import OPEN_ROUTES, ROUTES

OWN_PAGE: Final = {"origin": "http://events.example", "sec-fetch-site": "same-origin"}
Route = tuple[str, str]

TABLE: Final = """
# what everybody may ask, whoever she is; a credential is not even looked at | any atA atB heA heB adA adB adX crA crB phA phB phR dor vie man own dpo owX dpX afO afX afM exp out
GET    /                                                       | yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes
GET    /static/{name}                                          | yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes
GET    /sign-in                                                | yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes
GET    /me                                                     | yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes
GET    /sponsor                                               | yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes
GET    /{language}/allow/{slug}/{party}                       | yes her yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes
GET    /mailbox                                                | yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes
GET    /api                                                    | yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes
GET    /scan                                                   | yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes
GET    /scan/{path}                                            | yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes
GET    /{language}                                             | yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes
GET    /{language}/events/{slug}                               | yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes
GET    /{language}/events/{slug}/calendar.ics                  | yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes
GET    /{language}/notices/{sha256}                            | yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes
GET    /{language}/events/{slug}/register                      | yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes
GET    /{language}/events/{slug}/registered                    | yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes
POST   /{language}/events/{slug}/register                      | yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes
POST   /{language}/era                                         | yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes
GET    /{language}/sign-in                                     | yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes
GET    /{language}/api                                         | yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes
GET    /healthz                                                | yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes
GET    /readyz                                                 | yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes
POST   /{language}/sign-in                                     | yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes
GET    ~/openapi.json                                          | yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes
GET    ~/events                                                | yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes
GET    ~/events/{slug}                                         | yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes
GET    ~/events/{slug}/form                                    | yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes
GET    ~/purposes                                              | yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes
GET    /.well-known/jwks.json                                  | yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes
GET    ~/recipient-terms                                       | yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes
GET    /{language}/unsubscribe/{token}                         | yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes
POST   /{language}/unsubscribe/{token}                         | yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes
POST   ~/events/{slug}/registrations                           | yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes
POST   ~/sign-in                                               | yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes
POST   ~/links/look                                            | yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes
POST   ~/oauth/token                                           | yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes
# a link, a code or a refresh token that was never good: refused to everybody alike | any atA atB heA heB adA adB adX crA crB phA phB phR dor vie man own dpo owX dpX afO afX afM exp out
GET    /{language}/confirm                                     | 410 410 410 410 410 410 410 410 410 410 410 410 410 410 410 410 410 410 410 410 410 410 410 410 410
POST   /{language}/confirm                                     | 410 410 410 410 410 410 410 410 410 410 410 410 410 410 410 410 410 410 410 410 410 410 410 410 410
GET    /{language}/offer                                       | 410 410 410 410 410 410 410 410 410 410 410 410 410 410 410 410 410 410 410 410 410 410 410 410 410
POST   /{language}/offer                                       | 410 410 410 410 410 410 410 410 410 410 410 410 410 410 410 410 410 410 410 410 410 410 410 410 410
POST   ~/sessions                                              | 410 410 410 410 410 410 410 410 410 410 410 410 410 410 410 410 410 410 410 410 410 410 410 410 410
POST   ~/confirmations                                         | 410 410 410 410 410 410 410 410 410 410 410 410 410 410 410 410 410 410 410 410 410 410 410 410 410
POST   ~/devices/enrolments/look                               | 410 410 410 410 410 410 410 410 410 410 410 410 410 410 410 410 410 410 410 410 410 410 410 410 410
POST   ~/devices/enrol                                         | 410 410 410 410 410 410 410 410 410 410 410 410 410 410 410 410 410 410 410 410 410 410 410 410 410
POST   ~/devices/token                                         | 401 401 401 401 401 401 401 401 401 401 401 401 401 401 401 401 401 401 401 401 401 401 401 401 401
# the demo's mailbox, and the viewers that come with Litestar: not here | any atA atB heA heB adA adB adX crA crB phA phB phR dor vie man own dpo owX dpX afO afX afM exp out
GET    /{language}/mailbox                                     | 404 404 404 404 404 404 404 404 404 404 404 404 404 404 404 404 404 404 404 404 404 404 404 404 404
GET    /{language}/mailbox/{mail}                              | 404 404 404 404 404 404 404 404 404 404 404 404 404 404 404 404 404 404 404 404 404 404 404 404 404
GET    /{language}/mailbox/{mail}/{name}                       | 404 404 404 404 404 404 404 404 404 404 404 404 404 404 404 404 404 404 404 404 404 404 404 404 404
GET    /mailbox.json                                           | 404 404 404 404 404 404 404 404 404 404 404 404 404 404 404 404 404 404 404 404 404 404 404 404 404
GET    ~/openapi                                               | 404 404 404 404 404 404 404 404 404 404 404 404 404 404 404 404 404 404 404 404 404 404 404 404 404
GET    ~/openapi/openapi.json                                  | 404 404 404 404 404 404 404 404 404 404 404 404 404 404 404 404 404 404 404 404 404 404 404 404 404
GET    ~/openapi/{path}                                        | 404 404 404 404 404 404 404 404 404 404 404 404 404 404 404 404 404 404 404 404 404 404 404 404 404
# an attendee's own                                            | any atA atB heA heB adA adB adX crA crB phA phB phR dor vie man own dpo owX dpX afO afX afM exp out
GET    ~/session                                               | 401 her yes yes yes yes yes yes 401 401 401 401 401 401 yes yes yes yes yes yes yes yes 401 401 401
GET    ~/me/registrations                                      | 401 her yes yes yes yes yes yes 401 401 401 401 401 401 yes yes yes yes yes yes yes yes 401 401 401
GET    ~/me/blocks                                             | 401 yes yes yes yes yes yes yes 401 401 401 401 401 401 yes yes yes yes yes yes yes yes 401 401 401
GET    ~/me/data.json                                          | 401 her yes yes yes yes yes yes 401 401 401 401 401 401 yes yes yes yes yes yes yes yes 401 401 401
GET    ~/me/registrations/{registration}                       | 401 her 404 404 404 404 404 404 401 401 401 401 401 401 404 404 404 404 404 404 404 404 401 401 401
GET    ~/me/registrations/{registration}/badge.svg             | 401 yes 404 404 404 404 404 404 401 401 401 401 401 401 404 404 404 404 404 404 404 404 401 401 401
GET    ~/me/registrations/{registration}/badge.png             | 401 yes 404 404 404 404 404 404 401 401 401 401 401 401 404 404 404 404 404 404 404 404 401 401 401
GET    ~/me/registrations/{registration}/badge.pdf             | 401 her 404 404 404 404 404 404 401 401 401 401 401 401 404 404 404 404 404 404 404 404 401 401 401
GET    ~/me/registrations/{registration}/receipt               | 401 her 404 404 404 404 404 404 401 401 401 401 401 401 404 404 404 404 404 404 404 404 401 401 401
GET    ~/me/registrations/{registration}/receipt.jws           | 401 her 404 404 404 404 404 404 401 401 401 401 401 401 404 404 404 404 404 404 404 404 401 401 401
GET    ~/me/registrations/{registration}/receipt.pdf           | 401 her 404 404 404 404 404 404 401 401 401 401 401 401 404 404 404 404 404 404 404 404 401 401 401
GET    ~/me/registrations/{registration}/consents              | 401 yes 404 404 404 404 404 404 401 401 401 401 401 401 404 404 404 404 404 404 404 404 401 401 401
GET    ~/me/registrations/{registration}/disclosures           | 401 yes 404 404 404 404 404 404 401 401 401 401 401 401 404 404 404 404 404 404 404 404 401 401 401
GET    ~/me/registrations/{registration}/scans                 | 401 yes 404 404 404 404 404 404 401 401 401 401 401 401 404 404 404 404 404 404 404 404 401 401 401
GET    ~/me/registrations/{registration}/notes                 | 401 yes 404 404 404 404 404 404 401 401 401 401 401 401 404 404 404 404 404 404 404 404 401 401 401
GET    ~/me/registrations/{registration}/join                  | 401 yes 404 404 404 404 404 404 401 401 401 401 401 401 404 404 404 404 404 404 404 404 401 401 401
GET    ~/me/registrations/{registration}/assets                | 401 yes 404 404 404 404 404 404 401 401 401 401 401 401 404 404 404 404 404 404 404 404 401 401 401
POST   ~/me/registrations/{registration}/join                  | 401 yes 404 404 404 404 404 404 401 401 401 401 401 401 404 404 404 404 404 404 404 404 401 401 401
POST   ~/me/registrations/{registration}/offer                 | 401 409 404 404 404 404 404 404 401 401 401 401 401 401 404 404 404 404 404 404 404 404 401 401 401
POST   ~/me/registrations/{registration}/assets/{asset}        | 401 yes 404 404 404 404 404 404 401 401 401 401 401 401 404 404 404 404 404 404 404 404 401 401 401
PATCH  ~/me/registrations/{registration}                       | 401 her 404 404 404 404 404 404 401 401 401 401 401 401 404 404 404 404 404 404 404 404 401 401 401
PUT    ~/me/registrations/{registration}/consents              | 401 yes 404 404 404 404 404 404 401 401 401 401 401 401 404 404 404 404 404 404 404 404 401 401 401
PUT    ~/me/blocks/{kind}                                      | 401 yes yes yes yes yes yes yes 401 401 401 401 401 401 yes yes yes yes yes yes yes yes 401 401 401
DELETE ~/me/blocks/{kind}                                      | 401 yes yes yes yes yes yes yes 401 401 401 401 401 401 yes yes yes yes yes yes yes yes 401 401 401
GET    /{language}/me                                         | 401 her yes yes yes yes yes yes 401 401 401 401 401 401 yes yes yes yes yes yes yes yes 401 401 401
GET    /{language}/me/{registration}                          | 401 her 404 404 404 404 404 404 401 401 401 401 401 401 404 404 404 404 404 404 404 404 401 401 401
GET    /{language}/me/{registration}/badge                    | 401 her 404 404 404 404 404 404 401 401 401 401 401 401 404 404 404 404 404 404 404 404 401 401 401
GET    /{language}/me/{registration}/badge/renew              | 401 her 404 404 404 404 404 404 401 401 401 401 401 401 404 404 404 404 404 404 404 404 401 401 401
GET    /{language}/me/{registration}/choices                  | 401 her 404 404 404 404 404 404 401 401 401 401 401 401 404 404 404 404 404 404 404 404 401 401 401
GET    /{language}/me/{registration}/who                      | 401 her 404 404 404 404 404 404 401 401 401 401 401 401 404 404 404 404 404 404 404 404 401 401 401
GET    /{language}/me/{registration}/details                  | 401 her 404 404 404 404 404 404 401 401 401 401 401 401 404 404 404 404 404 404 404 404 401 401 401
GET    /{language}/me/{registration}/receipts                 | 401 her 404 404 404 404 404 404 401 401 401 401 401 401 404 404 404 404 404 404 404 404 401 401 401
GET    /{language}/me/{registration}/cancel                   | 401 her 404 404 404 404 404 404 401 401 401 401 401 401 404 404 404 404 404 404 404 404 401 401 401
GET    /{language}/me/{registration}/transfer                 | 401 her 404 404 404 404 404 404 401 401 401 401 401 401 404 404 404 404 404 404 404 404 401 401 401
GET    /{language}/me/{registration}/calendar.ics             | 401 her 404 404 404 404 404 404 401 401 401 401 401 401 404 404 404 404 404 404 404 404 401 401 401
GET    /{language}/me/{registration}/join                     | 401 her 404 404 404 404 404 404 401 401 401 401 401 401 404 404 404 404 404 404 404 404 401 401 401
GET    /{language}/me/{registration}/downloads                | 401 her 404 404 404 404 404 404 401 401 401 401 401 401 404 404 404 404 404 404 404 404 401 401 401
GET    /{language}/me/settings                                | 401 yes yes yes yes yes yes yes 401 401 401 401 401 401 yes yes yes yes yes yes yes yes 401 401 401
GET    /{language}/me/requests                                | 401 yes yes yes yes yes yes yes 401 401 401 401 401 401 yes yes yes yes yes yes yes yes 401 401 401
POST   /{language}/me/{registration}/join                     | 401 her 404 404 404 404 404 404 401 401 401 401 401 401 404 404 404 404 404 404 404 404 401 401 401
POST   /{language}/me/{registration}/downloads/{asset}        | 401 her 404 404 404 404 404 404 401 401 401 401 401 401 404 404 404 404 404 404 404 404 401 401 401
POST   /{language}/me/{registration}/choices                  | 401 409! 404 404 404 404 404 404 401 401 401 401 401 401 404 404 404 404 404 404 404 404 401 401 401
POST   /{language}/me/{registration}/details                  | 401 her 404 404 404 404 404 404 401 401 401 401 401 401 404 404 404 404 404 404 404 404 401 401 401
POST   /{language}/me/settings                                | 401 yes yes yes yes yes yes yes 401 401 401 401 401 401 yes yes yes yes yes yes yes yes 401 401 401
# phones                                                       | any atA atB heA heB adA adB adX crA crB phA phB phR dor vie man own dpo owX dpX afO afX afM exp out
GET    ~/device                                                | 401 401 401 401 401 401 401 401 401 401 yes yes 401 yes 401 401 401 401 401 401 401 401 401 401 401
PUT    ~/device/status                                         | 401 401 401 401 401 401 401 401 401 401 yes yes 401 yes 401 401 401 401 401 401 401 401 401 401 401
GET    ~/device/list                                           | 401 401 401 401 401 401 401 401 401 401 yes yes 401 yes 401 401 401 401 401 401 401 401 401 401 401
POST   ~/scans                                                 | 401 401 401 401 401 401 401 401 401 401 her yes 401 her 401 401 401 401 401 401 401 401 401 401 401
GET    ~/scans/{scan}                                          | 401 401 401 401 401 401 401 401 401 401 her 404 401 401 401 401 401 401 401 401 401 401 401 401 401
PUT    ~/scans/{scan}/note                                     | 401 401 401 401 401 401 401 401 401 401 yes 404 401 401 401 401 401 401 401 401 401 401 401 401 401
POST   ~/device/lookups                                        | 401 401 401 401 401 401 401 401 401 401 401 401 401 her 401 401 401 401 401 401 401 401 401 401 401
POST   ~/device/check-ins                                      | 401 401 401 401 401 401 401 401 401 401 401 401 401 her 401 401 401 401 401 401 401 401 401 401 401
DELETE ~/device                                                | 401 401 401 401 401 401 401 401 401 401 yes yes yes yes 401 401 401 401 401 401 401 401 401 401 401
# sponsors                                                     | any atA atB heA heB adA adB adX crA crB phA phB phR dor vie man own dpo owX dpX afO afX afM exp out
GET    ~/leads                                                 | 401 403 403 403 403 her yes 404 her yes 401 401 401 401 403 403 403 403 403 403 403 403 401 401 401
GET    ~/leads.csv                                             | 401 403 403 403 403 her yes 404 her yes 401 401 401 401 403 403 403 403 403 403 403 403 401 401 401
GET    ~/leads.xlsx                                            | 401 403 403 403 403 her yes 404 her yes 401 401 401 401 403 403 403 403 403 403 403 403 401 401 401
GET    ~/leads.vcf                                             | 401 403 403 403 403 her yes 404 her yes 401 401 401 401 403 403 403 403 403 403 403 403 401 401 401
GET    ~/leads.json                                            | 401 403 403 403 403 her yes 404 her yes 401 401 401 401 403 403 403 403 403 403 403 403 401 401 401
POST   ~/leads/downloads                                       | 401 403 403 403 403 yes yes 404 yes yes 401 401 401 401 403 403 403 403 403 403 403 403 401 401 401
GET    ~/downloads/{download}                                  | 401 403 403 403 403 her 404 404 her 404 401 401 401 401 403 403 403 403 403 403 403 403 401 401 401
GET    ~/recalls                                               | 401 403 403 403 403 yes yes yes yes yes 401 401 401 401 403 403 403 403 403 403 403 403 401 401 401
POST   ~/recalls/{recall}/ack                                  | 401 403 403 403 403 yes 404 404 yes 404 401 401 401 401 403 403 403 403 403 403 403 403 401 401 401
POST   ~/devices/enrolments                                    | 401 403 403 403 403 yes yes 404 401 401 401 401 401 401 403 403 403 403 403 403 403 403 401 401 401
GET    ~/devices                                               | 401 403 403 403 403 yes yes 404 401 401 401 401 401 401 403 403 403 403 403 403 403 403 401 401 401
GET    ~/devices/{device}/quarantine                           | 401 403 403 403 403 yes 404 404 401 401 401 401 401 401 403 403 403 403 403 403 403 403 401 401 401
DELETE ~/devices/{device}                                      | 401 403 403 403 403 yes 404 404 401 401 401 401 401 401 403 403 403 403 403 403 403 403 401 401 401
DELETE ~/leads/{lead}/notes/{device}                           | 401 403 403 403 403 yes yes yes yes yes 401 401 401 401 403 403 403 403 403 403 403 403 401 401 401
POST   ~/devices/enrolments/own                                | 401 403 403 yes yes yes yes 404 401 401 401 401 401 401 403 403 403 403 403 403 403 403 401 401 401
GET    ~/sponsor/events/{slug}/questions                       | 401 403 403 403 403 yes yes 404 401 401 401 401 401 401 403 403 403 403 403 403 403 403 401 401 401
PUT    ~/sponsor/events/{slug}/questions                       | 401 403 403 403 403 yes yes 404 401 401 401 401 401 401 403 403 403 403 403 403 403 403 401 401 401
GET    ~/sponsor/events/{slug}/booth                           | 401 403 403 403 403 yes yes 404 401 401 401 401 401 401 403 403 403 403 403 403 403 403 401 401 401
PUT    ~/sponsor/events/{slug}/booth                           | 401 403 403 403 403 yes yes 404 401 401 401 401 401 401 403 403 403 403 403 403 403 403 401 401 401
GET    ~/sponsor/team                                          | 401 403 403 403 403 yes yes yes 401 401 401 401 401 401 403 403 403 403 403 403 403 403 401 401 401
POST   ~/sponsor/team                                          | 401 403 403 403 403 yes yes yes 401 401 401 401 401 401 403 403 403 403 403 403 403 403 401 401 401
DELETE ~/sponsor/team/{person}                                 | 401 403 403 403 403 yes 404 404 401 401 401 401 401 401 403 403 403 403 403 403 403 403 401 401 401
POST   ~/clients                                               | 401 403 403 403 403 yes yes yes 401 401 401 401 401 401 403 403 403 403 403 403 yes yes 401 401 401
GET    ~/clients                                               | 401 403 403 403 403 yes yes yes 401 401 401 401 401 401 403 403 403 403 403 403 yes yes 401 401 401
DELETE ~/clients/{client}                                      | 401 403 403 403 403 yes 404 404 401 401 401 401 401 401 403 403 403 403 403 403 404 404 401 401 401
# the sponsor's pages                                          | any atA atB heA heB adA adB adX crA crB phA phB phR dor vie man own dpo owX dpX afO afX afM exp out
GET    /{language}/sponsor                                    | 401 her yes yes yes yes yes yes 401 401 401 401 401 401 yes yes yes yes yes yes yes yes 401 401 401
POST   /{language}/sponsor/{party}/{slug}                     | 401 403 403 403 403 yes 404 404 401 401 401 401 401 401 403 403 403 403 403 403 403 403 401 401 401
GET    /{language}/sponsor/{party}/{slug}                     | 401 403 403 403 403 her 404 404 401 401 401 401 401 401 403 403 403 403 403 403 403 403 401 401 401
GET    /{language}/sponsor/{party}/{slug}/arrivals            | 401 403 403 403 403 yes 404 404 401 401 401 401 401 401 403 403 403 403 403 403 403 403 401 401 401
GET    /{language}/sponsor/{party}/{slug}/downloads           | 401 403 403 403 403 yes 404 404 401 401 401 401 401 401 403 403 403 403 403 403 403 403 401 401 401
POST   /{language}/sponsor/{party}/{slug}/downloads           | 401 403 403 403 403 yes 404 404 401 401 401 401 401 401 403 403 403 403 403 403 403 403 401 401 401
GET    /{language}/sponsor/{party}/{slug}/downloads/{download} | 401 403 403 403 403 her 404 404 401 401 401 401 401 401 403 403 403 403 403 403 403 403 401 401 401
GET    /{language}/sponsor/{party}/{slug}/recalls             | 401 403 403 403 403 yes 404 404 401 401 401 401 401 401 403 403 403 403 403 403 403 403 401 401 401
GET    /{language}/sponsor/{party}/{slug}/recalls.csv         | 401 403 403 403 403 yes 404 404 401 401 401 401 401 401 403 403 403 403 403 403 403 403 401 401 401
GET    /{language}/sponsor/{party}/{slug}/recalls/since       | 401 403 403 403 403 yes 404 404 401 401 401 401 401 401 403 403 403 403 403 403 403 403 401 401 401
POST   /{language}/sponsor/{party}/{slug}/recalls             | 401 403 403 403 403 yes 404 404 401 401 401 401 401 401 403 403 403 403 403 403 403 403 401 401 401
POST   /{language}/sponsor/{party}/{slug}/notes/{lead}/{device}/delete | 401 403 403 403 403 yes 404 404 401 401 401 401 401 401 403 403 403 403 403 403 403 403 401 401 401
GET    /{language}/sponsor/{party}/{slug}/phones              | 401 403 403 403 403 yes 404 404 401 401 401 401 401 401 403 403 403 403 403 403 403 403 401 401 401
POST   /{language}/sponsor/{party}/{slug}/phones              | 401 403 403 403 403 yes 404 404 401 401 401 401 401 401 403 403 403 403 403 403 403 403 401 401 401
GET    /{language}/sponsor/{party}/{slug}/phones/joined/{code} | 401 403 403 403 403 404 404 404 401 401 401 401 401 401 403 403 403 403 403 403 403 403 401 401 401
GET    /{language}/sponsor/{party}/{slug}/phones/{device}     | 401 403 403 403 403 yes 404 404 401 401 401 401 401 401 403 403 403 403 403 403 403 403 401 401 401
GET    /{language}/sponsor/{party}/{slug}/team                | 401 403 403 403 403 yes 404 404 401 401 401 401 401 401 403 403 403 403 403 403 403 403 401 401 401
POST   /{language}/sponsor/{party}/{slug}/team                | 401 403 403 403 403 yes 404 404 401 401 401 401 401 401 403 403 403 403 403 403 403 403 401 401 401
GET    /{language}/sponsor/{party}/{slug}/team/{person}       | 401 403 403 403 403 yes 404 404 401 401 401 401 401 401 403 403 403 403 403 403 403 403 401 401 401
POST   /{language}/sponsor/{party}/{slug}/team/{person}/remove | 401 403 403 403 403 yes 404 404 401 401 401 401 401 401 403 403 403 403 403 403 403 403 401 401 401
GET    /{language}/sponsor/{party}/{slug}/questions           | 401 403 403 403 403 yes 404 404 401 401 401 401 401 401 403 403 403 403 403 403 403 403 401 401 401
POST   /{language}/sponsor/{party}/{slug}/questions           | 401 403 403 403 403 yes 404 404 401 401 401 401 401 401 403 403 403 403 403 403 403 403 401 401 401
GET    /{language}/sponsor/{party}/{slug}/questions/edit      | 401 403 403 403 403 yes 404 404 401 401 401 401 401 401 403 403 403 403 403 403 403 403 401 401 401
POST   /{language}/sponsor/{party}/{slug}/questions/edit      | 401 403 403 403 403 yes 404 404 401 401 401 401 401 401 403 403 403 403 403 403 403 403 401 401 401
GET    /{language}/sponsor/{party}/{slug}/scanner             | 401 403 403 yes 404 yes 404 404 401 401 401 401 401 401 403 403 403 403 403 403 403 403 401 401 401
POST   /{language}/sponsor/{party}/{slug}/scanner             | 401 403 403 yes 404 yes 404 404 401 401 401 401 401 401 403 403 403 403 403 403 403 403 401 401 401
# the organiser's pages                                        | any atA atB heA heB adA adB adX crA crB phA phB phR dor vie man own dpo owX dpX afO afX afM exp out
GET    /{language}/organiser                                  | 401 403 403 403 403 403 403 403 401 401 401 401 401 401 yes yes yes yes yes yes 403 403 401 401 401
GET    /{language}/organiser/{slug}/lookups                  | 401 403 403 403 403 403 403 403 401 401 401 401 401 401 yes yes yes yes 404 404 403 403 401 401 401
GET    /{language}/organiser/{slug}/phones                    | 401 403 403 403 403 403 403 403 401 401 401 401 401 401 403 yes yes 403 404 403 403 403 401 401 401
POST   /{language}/organiser/{slug}/phones                    | 401 403 403 403 403 403 403 403 401 401 401 401 401 401 403 yes yes 403 404 403 403 403 401 401 401
GET    /{language}/organiser/{slug}/phones/joined/{code}      | 401 403 403 403 403 403 403 403 401 401 401 401 401 401 403 404 404 403 404 403 403 403 401 401 401
GET    /{language}/organiser/{slug}/phones/{device}           | 401 403 403 403 403 403 403 403 401 401 401 401 401 401 403 yes yes 403 404 403 403 403 401 401 401
# the affiliate that organises the event                       | any atA atB heA heB adA adB adX crA crB phA phB phR dor vie man own dpo owX dpX afO afX afM exp out
GET    ~/affiliate/events/{slug}/registrations                 | 401 403 403 403 403 403 403 403 401 401 401 401 401 401 403 403 403 403 403 403 her 404 her 401 401
GET    ~/affiliate/events/{slug}/registrations.csv             | 401 403 403 403 403 403 403 403 401 401 401 401 401 401 403 403 403 403 403 403 her 404 her 401 401
# organisers: what they see                                    | any atA atB heA heB adA adB adX crA crB phA phB phR dor vie man own dpo owX dpX afO afX afM exp out
GET    ~/organiser/events                                      | 401 403 403 403 403 403 403 403 401 401 401 401 401 401 yes yes yes yes yes yes 403 403 401 401 401
GET    ~/organiser/notices                                     | 401 403 403 403 403 403 403 403 401 401 401 401 401 401 yes yes yes yes yes yes 403 403 401 401 401
GET    ~/organiser/mail-problems                               | 401 403 403 403 403 403 403 403 401 401 401 401 401 401 yes yes yes yes yes yes 403 403 401 401 401
GET    ~/organiser/parties                                     | 401 403 403 403 403 403 403 403 401 401 401 401 401 401 yes yes yes yes yes yes 403 403 401 401 401
GET    ~/organiser/staff                                       | 401 403 403 403 403 403 403 403 401 401 401 401 401 401 403 403 yes 403 yes 403 403 403 401 401 401
GET    ~/organiser/events/{slug}                               | 401 403 403 403 403 403 403 403 401 401 401 401 401 401 yes yes yes yes 404 404 403 403 401 401 401
GET    ~/organiser/events/{slug}/ticket-types                  | 401 403 403 403 403 403 403 403 401 401 401 401 401 401 yes yes yes yes 404 404 403 403 401 401 401
GET    ~/organiser/events/{slug}/fields                        | 401 403 403 403 403 403 403 403 401 401 401 401 401 401 yes yes yes yes 404 404 403 403 401 401 401
GET    ~/organiser/events/{slug}/texts                         | 401 403 403 403 403 403 403 403 401 401 401 401 401 401 yes yes yes yes 404 404 403 403 401 401 401
GET    ~/organiser/events/{slug}/sponsors                      | 401 403 403 403 403 403 403 403 401 401 401 401 401 401 yes yes yes yes 404 404 403 403 401 401 401
GET    ~/organiser/events/{slug}/assets                        | 401 403 403 403 403 403 403 403 401 401 401 401 401 401 yes yes yes yes 404 404 403 403 401 401 401
GET    ~/organiser/events/{slug}/sessions                      | 401 403 403 403 403 403 403 403 401 401 401 401 401 401 yes yes yes yes 404 404 403 403 401 401 401
GET    ~/organiser/events/{slug}/lookups                       | 401 403 403 403 403 403 403 403 401 401 401 401 401 401 her her her her 404 404 403 403 401 401 401
GET    ~/organiser/parties/{party}                             | 401 403 403 403 403 403 403 403 401 401 401 401 401 401 yes yes yes yes 404 404 403 403 401 401 401
GET    ~/organiser/registrations/{registration}/why            | 401 403 403 403 403 403 403 403 401 401 401 401 401 401 yes yes yes yes 404 404 403 403 401 401 401
GET    ~/organiser/events/{slug}/registrations                 | 401 403 403 403 403 403 403 403 401 401 401 401 401 401 her her her her 404 404 403 403 401 401 401
GET    ~/organiser/events/{slug}/badges.pdf                    | 401 403 403 403 403 403 403 403 401 401 401 401 401 401 her her her her 404 404 403 403 401 401 401
# organisers: what they set up                                 | any atA atB heA heB adA adB adX crA crB phA phB phR dor vie man own dpo owX dpX afO afX afM exp out
POST   ~/organiser/events                                      | 401 403 403 403 403 403 403 403 401 401 401 401 401 401 403 yes yes 403 yes 403 403 403 401 401 401
POST   ~/organiser/notices                                     | 401 403 403 403 403 403 403 403 401 401 401 401 401 401 403 yes yes 403 yes 403 403 403 401 401 401
POST   ~/organiser/parties                                     | 401 403 403 403 403 403 403 403 401 401 401 401 401 401 403 yes yes 403 yes 403 403 403 401 401 401
POST   ~/organiser/staff                                       | 401 403 403 403 403 403 403 403 401 401 401 401 401 401 403 403 yes 403 yes 403 403 403 401 401 401
PATCH  ~/organiser/events/{slug}                               | 401 403 403 403 403 403 403 403 401 401 401 401 401 401 403 yes yes 403 404 403 403 403 401 401 401
POST   ~/organiser/events/{slug}/publish                       | 401 403 403 403 403 403 403 403 401 401 401 401 401 401 403 yes yes 403 404 403 403 403 401 401 401
POST   ~/organiser/events/{slug}/ticket-types                  | 401 403 403 403 403 403 403 403 401 401 401 401 401 401 403 yes yes 403 404 403 403 403 401 401 401
PATCH  ~/organiser/events/{slug}/ticket-types/{ticket}         | 401 403 403 403 403 403 403 403 401 401 401 401 401 401 403 yes yes 403 404 403 403 403 401 401 401
PUT    ~/organiser/events/{slug}/fields                        | 401 403 403 403 403 403 403 403 401 401 401 401 401 401 403 yes yes 403 404 403 403 403 401 401 401
POST   ~/organiser/events/{slug}/texts                         | 401 403 403 403 403 403 403 403 401 401 401 401 401 401 403 yes yes 403 404 403 403 403 401 401 401
POST   ~/organiser/events/{slug}/sponsors                      | 401 403 403 403 403 403 403 403 401 401 401 401 401 401 403 yes yes 403 404 403 403 403 401 401 401
POST   ~/organiser/events/{slug}/assets                        | 401 403 403 403 403 403 403 403 401 401 401 401 401 401 403 yes yes 403 404 403 403 403 401 401 401
POST   ~/organiser/events/{slug}/sessions                      | 401 403 403 403 403 403 403 403 401 401 401 401 401 401 403 yes yes 403 404 403 403 403 401 401 401
PATCH  ~/organiser/events/{slug}/assets/{asset}                | 401 403 403 403 403 403 403 403 401 401 401 401 401 401 403 yes yes 403 404 403 403 403 401 401 401
PATCH  ~/organiser/events/{slug}/sessions/{session}            | 401 403 403 403 403 403 403 403 401 401 401 401 401 401 403 yes yes 403 404 403 403 403 401 401 401
POST   ~/organiser/events/{slug}/registrations/import          | 401 403 403 403 403 403 403 403 401 401 401 401 401 401 403 yes yes 403 404 403 403 403 401 401 401
POST   ~/organiser/events/{slug}/news                          | 401 403 403 403 403 403 403 403 401 401 401 401 401 401 403 yes yes 403 404 403 403 403 401 401 401
PATCH  ~/organiser/parties/{party}                             | 401 403 403 403 403 403 403 403 401 401 401 401 401 401 403 yes yes 403 404 403 403 403 401 401 401
POST   ~/organiser/parties/{party}/notice-review               | 401 403 403 403 403 403 403 403 401 401 401 401 401 401 403 yes yes 403 404 403 403 403 401 401 401
POST   ~/organiser/parties/{party}/agreements                  | 401 403 403 403 403 403 403 403 401 401 401 401 401 401 403 yes yes 403 404 403 403 403 401 401 401
POST   ~/organiser/parties/{party}/safeguards                  | 401 403 403 403 403 403 403 403 401 401 401 401 401 401 403 yes yes 403 404 403 403 403 401 401 401
POST   ~/organiser/parties/{party}/members                     | 401 403 403 403 403 403 403 403 401 401 401 401 401 401 403 yes yes 403 404 403 403 403 401 401 401
DELETE ~/organiser/parties/{party}/members/{person}            | 401 403 403 403 403 403 403 403 401 401 401 401 401 401 403 yes yes 403 404 403 403 403 401 401 401
POST   ~/organiser/devices/enrolments                          | 401 403 403 403 403 403 403 403 401 401 401 401 401 401 403 yes yes 403 404 403 403 403 401 401 401
GET    ~/organiser/devices                                     | 401 403 403 403 403 403 403 403 401 401 401 401 401 401 403 yes yes 403 404 403 403 403 401 401 401
DELETE ~/organiser/devices/{device}                            | 401 403 403 403 403 403 403 403 401 401 401 401 401 401 403 yes yes 403 404 403 403 403 401 401 401
# organisers: what they correct and stop                       | any atA atB heA heB adA adB adX crA crB phA phB phR dor vie man own dpo owX dpX afO afX afM exp out
POST   ~/organiser/check-ins                                   | 401 403 403 403 403 403 403 403 401 401 401 401 401 401 403 her her her 404 404 403 403 401 401 401
POST   ~/organiser/mail-problems/{mail}/retry                  | 401 403 403 403 403 403 403 403 401 401 401 401 401 401 403 yes yes yes 404 404 403 403 401 401 401
POST   ~/organiser/registrations/{registration}/acts           | 401 403 403 403 403 403 403 403 401 401 401 401 401 401 403 yes yes yes 404 404 403 403 401 401 401
POST   ~/organiser/registrations/{registration}/approve        | 401 403 403 403 403 403 403 403 401 401 401 401 401 401 403 409 409 409 404 404 403 403 401 401 401
POST   ~/organiser/registrations/{registration}/decline        | 401 403 403 403 403 403 403 403 401 401 401 401 401 401 403 409 409 409 404 404 403 403 401 401 401
POST   ~/organiser/parties/{party}/suspend                     | 401 403 403 403 403 403 403 403 401 401 401 401 401 401 403 403 yes yes 404 404 403 403 401 401 401
POST   ~/organiser/parties/{party}/resume                      | 401 403 403 403 403 403 403 403 401 401 401 401 401 401 403 403 yes yes 404 404 403 403 401 401 401
# what ends something, last                                    | any atA atB heA heB adA adB adX crA crB phA phB phR dor vie man own dpo owX dpX afO afX afM exp out
POST   /{language}/me/{registration}/who/{scan}/not-me        | 401 her 404 404 404 404 404 404 401 401 401 401 401 401 404 404 404 404 404 404 404 404 401 401 401
POST   ~/me/registrations/{registration}/scans/{scan}/not-me   | 401 yes 404 404 404 404 404 404 401 401 401 401 401 401 404 404 404 404 404 404 404 404 401 401 401
POST   ~/me/registrations/{registration}/badge                 | 401 yes 404 404 404 404 404 404 401 401 401 401 401 401 404 404 404 404 404 404 404 404 401 401 401
DELETE ~/me/registrations/{registration}/consents              | 401 yes 404 404 404 404 404 404 401 401 401 401 401 401 404 404 404 404 404 404 404 404 401 401 401
POST   ~/me/requests                                           | 401 yes yes yes yes yes yes yes 401 401 401 401 401 401 yes yes yes yes yes yes yes yes 401 401 401
POST   /{language}/me/{registration}/badge/renew              | 401 her 404 404 404 404 404 404 401 401 401 401 401 401 404 404 404 404 404 404 404 404 401 401 401
POST   /{language}/me/{registration}/transfer                  | 401 409! 404 404 404 404 404 404 401 401 401 401 401 401 404 404 404 404 404 404 404 404 401 401 401
POST   /{language}/me/{registration}/offer                     | 401 409 404 404 404 404 404 404 401 401 401 401 401 401 404 404 404 404 404 404 404 404 401 401 401
POST   /{language}/me/{registration}/choices/withdraw         | 401 her 404 404 404 404 404 404 401 401 401 401 401 401 404 404 404 404 404 404 404 404 401 401 401
POST   /{language}/me/requests                                | 401 yes yes yes yes yes yes yes 401 401 401 401 401 401 yes yes yes yes yes yes yes yes 401 401 401
POST   ~/me/registrations/{registration}/transfer              | 401 409 404 404 404 404 404 404 401 401 401 401 401 401 404 404 404 404 404 404 404 404 401 401 401
POST   /{language}/me/{registration}/cancel                   | 401 yes 404 404 404 404 404 404 401 401 401 401 401 401 404 404 404 404 404 404 404 404 401 401 401
DELETE ~/me/registrations/{registration}                       | 401 yes 404 404 404 404 404 404 401 401 401 401 401 401 404 404 404 404 404 404 404 404 401 401 401
POST   /{language}/sponsor/{party}/{slug}/phones/{device}/revoke | 401 403 403 403 403 yes 404 404 401 401 401 401 401 401 403 403 403 403 403 403 403 403 401 401 401
POST   /{language}/organiser/{slug}/phones/{device}/revoke    | 401 403 403 403 403 403 403 403 401 401 401 401 401 401 403 yes yes 403 404 403 403 403 401 401 401
POST   ~/organiser/registrations/{registration}/cancel         | 401 403 403 403 403 403 403 403 401 401 401 401 401 401 403 yes yes yes 404 404 403 403 401 401 401
DELETE ~/organiser/events/{slug}/assets/{asset}                | 401 403 403 403 403 403 403 403 401 401 401 401 401 401 403 yes yes 403 404 403 403 403 401 401 401
DELETE ~/organiser/events/{slug}/sessions/{session}            | 401 403 403 403 403 403 403 403 401 401 401 401 401 401 403 yes yes 403 404 403 403 403 401 401 401
POST   ~/organiser/events/{slug}/sponsors/{party}/end          | 401 403 403 403 403 403 403 403 401 401 401 401 401 401 403 yes yes 403 404 403 403 403 401 401 401
POST   ~/organiser/events/{slug}/cancel                        | 401 403 403 403 403 403 403 403 401 401 401 401 401 401 403 yes yes 403 404 403 403 403 401 401 401
DELETE ~/organiser/staff/{person}                              | 401 403 403 403 403 403 403 403 401 401 401 401 401 401 403 403 yes 403 404 403 403 403 401 401 401
DELETE ~/session                                               | 401 yes yes yes yes yes yes yes 401 401 401 401 401 401 yes yes yes yes yes yes yes yes 401 401 401
POST   /{language}/sign-out                                    | yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes
"""

# the bodies of the organiser's routes stand where those are tested
_ORGANISER: Final = {
    (method, f"~/organiser{path.partition('?')[0]}"): {"json": body} for _, method, path, body in [*ROUTES, *OPEN_ROUTES] if body
}
ASKING: Final = {"event": "{slug}", "use": "follow_up", "accept_terms": "true"}
PROCESSING: Final = {"use": "registration_processing"}
BOOTH: Final = "sponsor/{party}/{slug}"
PAGE_FORM: Final = {"headers": OWN_PAGE, "data": {"token": "never-good"}}

# what goes with a call, where something does: a request that is served when its caller may
ASKED: Final[Mapping[Route, Mapping[str, Any]]] = _ORGANISER | {
    ("POST", "/{language}/sign-in"): {"headers": OWN_PAGE, "data": {"email": "nobody@nowhere.example"}},
    ("POST", "/{language}/sign-out"): PAGE_FORM,
    ("POST", "/{language}/confirm"): PAGE_FORM,
    ("POST", "/{language}/offer"): {"headers": OWN_PAGE, "data": {"token": "never-good", "answer": "accept"}},
    ("POST", "/{language}/era"): PAGE_FORM,
    **{
        ("POST", f"/{{language}}/me/{{registration}}/{rest}"): PAGE_FORM
        for rest in ("join", "downloads/{asset}", "who/{scan}/not-me", "badge/renew", "choices/withdraw", "cancel")
    },
    ("POST", "/{language}/me/{registration}/offer"): {"headers": OWN_PAGE, "data": {"answer": "accept"}},
    ("POST", "/{language}/me/{registration}/transfer"): {
        "headers": OWN_PAGE,
        "data": {"name": "Somebody", "email": "colleague-{unique}@people.example"},
    },
    # what she allowed already: unticked it would be taken back
    # a page that does not say what it showed: she sees her choices as they stand, and nothing changes
    ("POST", "/{language}/me/{registration}/choices"): {
        "headers": OWN_PAGE,
        "data": {"consent": ["sponsor_sharing:{party}", "badge_scan"]},
    },
    ("POST", "/{language}/me/{registration}/details"): {"headers": OWN_PAGE, "data": {"f.country": "TH"}},
    ("POST", "/{language}/me/settings"): {"headers": OWN_PAGE, "data": {"switch": "object_dm_own", "to": "off"}},
    ("POST", "/{language}/me/requests"): {"headers": OWN_PAGE, "data": {"kind": "restriction"}},
    ("POST", "/{language}/events/{slug}/register"): {
        "headers": OWN_PAGE,
        "data": {
            "served_form": "{form}",
            "form_sha256": "{form_sha256}",
            "key": "{unique}",
            "ticket": "{ticket}",
            "f.name": "Somebody",
            "f.email": "page-{unique}@people.example",
        },
    },
    **{
        ("POST", f"/{{language}}/{desk}/phones"): {"headers": OWN_PAGE, "data": {"place": "Hall", "key": "{unique}"}}
        for desk in (BOOTH, "organiser/{slug}")
    },
    **{
        ("POST", f"/{{language}}/{desk}/phones/{{device}}/revoke"): {"headers": OWN_PAGE, "data": {"revoke": "yes"}}
        for desk in (BOOTH, "organiser/{slug}")
    },
    ("POST", f"/{{language}}/{BOOTH}"): {"headers": OWN_PAGE, "data": {"use": "follow_up", "accept_terms": "yes"}},
    ("POST", f"/{{language}}/{BOOTH}/downloads"): {
        "headers": OWN_PAGE,
        "data": {"use": "follow_up", "accept_terms": "yes", "format": "json", "fields": "name", "key": "{unique}"},
    },
    ("POST", f"/{{language}}/{BOOTH}/notes/{{lead}}/{{device}}/delete"): {"headers": OWN_PAGE, "data": {"delete": "yes"}},
    ("POST", f"/{{language}}/{BOOTH}/recalls"): {"headers": OWN_PAGE, "data": {"recall": "{recall}"}},
    ("GET", f"/{{language}}/{BOOTH}/recalls/since"): {"params": {"release": str(UUID(int=0))}},
    ("POST", f"/{{language}}/{BOOTH}/team"): {
        "headers": OWN_PAGE,
        "data": {"email": "page-{unique}@sponsors.example", "role": "helper"},
    },
    ("POST", f"/{{language}}/{BOOTH}/team/{{person}}/remove"): PAGE_FORM,
    ("POST", f"/{{language}}/{BOOTH}/questions"): {"headers": OWN_PAGE, "data": {"lock": "5"}},
    ("POST", f"/{{language}}/{BOOTH}/questions/edit"): {"headers": OWN_PAGE, "data": {"kind": "text", "wording_en": "Why?"}},
    ("POST", f"/{{language}}/{BOOTH}/scanner"): PAGE_FORM,
    ("POST", "/{language}/unsubscribe/{token}"): {"data": {"List-Unsubscribe": "One-Click"}},
    ("POST", "~/sign-in"): {"json": {"email": "nobody@nowhere.example"}},
    ("POST", "~/links/look"): {"json": {"token": "never-good"}},
    ("POST", "~/sessions"): {"json": {"token": "never-good"}},
    ("POST", "~/confirmations"): {"json": {"token": "never-good"}},
    ("POST", "~/devices/enrolments/look"): {"json": {"code": "never-good"}},
    ("POST", "~/devices/enrol"): {"json": {"code": "never-good", "helper": "Nok"}},
    ("POST", "~/devices/token"): {"json": {"refresh_token": "never-good"}},
    ("POST", "~/oauth/token"): {"auth": ("{client}", "{secret}"), "data": {"grant_type": "client_credentials"}},
    ("POST", "~/events/{slug}/registrations"): {
        "json": {
            "served_form": "{form}",
            "form_sha256": "{form_sha256}",
            "ticket": "{ticket}",
            "fields": {"name": "Somebody", "email": "new-{unique}@people.example"},
        }
    },
    ("PATCH", "~/me/registrations/{registration}"): {"json": {"withheld_fields": []}},
    ("PUT", "~/me/registrations/{registration}/consents"): {
        "json": {"acts": [{"act": "withdraw", "purpose": "marketing_email"}]}
    },
    ("POST", "~/me/registrations/{registration}/assets/{asset}"): {"json": {}},
    ("POST", "~/me/registrations/{registration}/badge"): {"json": {}},
    ("POST", "~/me/registrations/{registration}/transfer"): {"json": {"name": "Colleague", "email": "c-{unique}@people.example"}},
    ("POST", "~/me/registrations/{registration}/offer"): {"json": {"accept": True}},
    ("POST", "~/me/requests"): {"json": {"kind": "restriction"}},
    ("PUT", "~/device/status"): {"json": {"waiting": 0, "app_version": "1.0.0"}},
    ("POST", "~/scans"): {"json": {"scans": [{"id": "{scan_id}", "code": "{badge}", "at": "{now}", "kind": "{kind}"}]}},
    ("POST", "~/device/lookups"): {"json": {"q": "{badge}"}},
    ("POST", "~/device/check-ins"): {
        "json": {"id": "{scan_id}", "registration": "{registration}", "at": "{now}", "kind": "entry"}
    },
    **{("GET", f"~/leads{ending}"): {"params": ASKING} for ending in ("", ".csv", ".xlsx", ".vcf", ".json")},
    ("POST", "~/leads/downloads"): {"json": ASKING | {"accept_terms": True, "format": "json"}},
    ("POST", "~/devices/enrolments"): {"json": {"event": "{slug}"}},
    ("GET", "~/devices"): {"params": {"event": "{slug}"}},
    ("PUT", "~/scans/{scan}/note"): {"json": {"rating": 3, "note": "Call back", "written_at": "{now}"}},
    ("POST", "~/devices/enrolments/own"): {"json": {"event": "{slug}"}},
    ("PUT", "~/sponsor/events/{slug}/questions"): {"json": {"questions": [{"kind": "text", "wording_en": "What next?"}]}},
    ("PUT", "~/sponsor/events/{slug}/booth"): {"json": {"lock_after_minutes": 5}},
    ("POST", "~/sponsor/team"): {"json": {"email": "team-{unique}@sponsors.example"}},
    ("POST", "~/clients"): {"json": {"name": "machine"}},
    ("GET", "~/affiliate/events/{slug}/registrations"): {"params": PROCESSING},
    ("GET", "~/affiliate/events/{slug}/registrations.csv"): {"params": PROCESSING},
    ("GET", "~/organiser/registrations/{registration}/why"): {"params": {"party": "{party}", "use": "follow_up"}},
    # more people than the capacity that its own test sets have registered here
    ("PATCH", "~/organiser/events/{slug}"): {"json": {"capacity": 500}},
    ("PATCH", "~/organiser/events/{slug}/ticket-types/{ticket}"): {"json": {"capacity": 500}},
    ("POST", "~/organiser/devices/enrolments"): {"json": {"event": "{slug}"}},
    ("GET", "~/organiser/devices"): {"params": {"event": "{slug}"}},
    ("POST", "~/organiser/events/{slug}/news"): {
        "json": {"subject": {"th": "ข่าว", "en": "News"}, "body": {"th": "ข่าว", "en": "News"}}
    },
    ("POST", "~/organiser/check-ins"): {"json": {"event": "{slug}", "registration": "{registration}"}},
    ("POST", "~/organiser/registrations/{registration}/decline"): {"json": {"reason": "The room is small."}},
    ("POST", "~/organiser/registrations/{registration}/acts"): {"json": {"act": "withdraw", "purpose": "marketing_email"}},
}

# what a placeholder of a path stands for, where its name alone does not say
MEANT: Final[Mapping[Route, Mapping[str, str]]] = {
    ("GET", "/{language}/mailbox/{mail}/{name}"): {"name": "badge.png"},
    ("GET", "/{language}/unsubscribe/{token}"): {"token": "{unsubscribe}"},
    ("POST", "/{language}/unsubscribe/{token}"): {"token": "{unsubscribe}"},
    **{
        ("GET", f"/{{language}}/{desk}/phones/{rest}"): {"device": f"{{{phone}}}", "code": "0" * 64}
        for desk, phone in ((BOOTH, "booth_phone"), ("organiser/{slug}", "door_phone"))
        for rest in ("{device}", "joined/{code}")
    },
    ("POST", f"/{{language}}/{BOOTH}/phones/{{device}}/revoke"): {"device": "{booth_phone}"},
    ("POST", "/{language}/organiser/{slug}/phones/{device}/revoke"): {"device": "{door_phone}"},
    ("GET", f"/{{language}}/{BOOTH}/team/{{person}}"): {"person": "{teammate}"},
    ("POST", f"/{{language}}/{BOOTH}/team/{{person}}/remove"): {"person": "{member}"},
    ("GET", "/static/{name}"): {"name": "style.css"},
    ("GET", "/scan/{path}"): {"path": "sw.js"},
    ("GET", "~/openapi/{path}"): {"path": "swagger"},
    ("PUT", "~/me/blocks/{kind}"): {"kind": "object_dm_own"},
    ("DELETE", "~/me/blocks/{kind}"): {"kind": "object_dm_own"},
    ("DELETE", "~/devices/{device}"): {"device": "{booth_phone}"},
    # nobody's lead: to delete a note that there is not is no error
    ("DELETE", "~/leads/{lead}/notes/{device}"): {"lead": str(UUID(int=1)), "device": "{booth_phone}"},
    ("POST", f"/{{language}}/{BOOTH}/notes/{{lead}}/{{device}}/delete"): {"lead": str(UUID(int=1)), "device": "{booth_phone}"},
    ("GET", "~/devices/{device}/quarantine"): {"device": "{booth_phone}"},
    ("GET", "~/scans/{scan}"): {"scan": "{own_scan}"},
    ("PUT", "~/scans/{scan}/note"): {"scan": "{own_scan}"},
    ("DELETE", "~/sponsor/team/{person}"): {"person": "{member}"},
    ("DELETE", "~/organiser/devices/{device}"): {"device": "{door_phone}"},
    ("DELETE", "~/clients/{client}"): {"client": "{spare_client}"},
    ("DELETE", "~/organiser/staff/{person}"): {"person": "{staff}"},
    ("DELETE", "~/organiser/parties/{party}/members/{person}"): {"person": "{member}"},
}


def read(table: str) -> dict[Route, dict[str, str]]:
    """The cells of every route, in the order of the rows."""
    rows: dict[Route, dict[str, str]] = {}
    for line in table.strip().splitlines():
        left, cells = line.split(" | ")
        if left.startswith("#"):
            assert cells.split() == list(PERSONAS), f"the columns of {left.strip()}"
            continue
        method, path = left.split()
        assert (method, path) not in rows, f"{method} {path} stands twice"
        rows[method, path] = dict(zip(PERSONAS, cells.split(), strict=True))
    return rows


MATRIX: Final = read(TABLE)

import { expect, it } from "vitest";
import { parseEnrolment } from "./enrolment.ts";

const HERE = "https://events.example";
const CODE = "TH01KSSF1A7Z9B2X5MV4";

it.each([
  { text: `${HERE}/scan/#enrol=${CODE}`, read: CODE },
  { text: `  ${HERE}/scan/#enrol=${CODE}\n`, read: CODE },
  { text: `HTTPS://EVENTS.EXAMPLE/SCAN/#ENROL=${CODE}`, read: CODE },
  { text: `${HERE}/scan/?lang=th#enrol=${CODE}`, read: CODE },
  { text: CODE, read: CODE },
  { text: "th01 ksSf-1a7z 9b2x 5mv4", read: CODE },
  { text: "THOIKSSFLA7Z9B2X5MV4", read: "TH01KSSF1A7Z9B2X5MV4" },
  { text: "", read: "bad_code" },
  { text: CODE.slice(1), read: "bad_code" },
  { text: `${CODE}0`, read: "bad_code" },
  { text: "TH01KSSF1A7Z9B2X5MVU", read: "bad_code" },
  { text: `${HERE}/scan/#enrol=`, read: "foreign_code" },
  { text: `${HERE}/scan/#enrol=short`, read: "bad_code" },
  { text: `https://elsewhere.example/scan/#enrol=${CODE}`, read: "foreign_code" },
  { text: `http://events.example/scan/#enrol=${CODE}`, read: "foreign_code" },
  { text: `https://events.example.elsewhere.example/scan/#enrol=${CODE}`, read: "foreign_code" },
  { text: `https://events.example@elsewhere.example/scan/#enrol=${CODE}`, read: "foreign_code" },
  { text: `https://events.example:444/scan/#enrol=${CODE}`, read: "foreign_code" },
  { text: `${HERE}/other/#enrol=${CODE}`, read: "foreign_code" },
  { text: `javascript:alert(1)#enrol=${CODE}`, read: "foreign_code" },
  { text: "WIFI:S:Hall;P:secret;;", read: "foreign_code" },
])("$text → $read", ({ text, read }) => {
  const parsed = parseEnrolment(text, HERE);
  expect(typeof parsed === "string" ? parsed : parsed.code).toBe(read);
});

/**
 * The bodies in wire.ts against those of the API's own description: this does not compile when the server no longer
 * sends what the app reads. Where the description says "text" the app knows which texts, so only shapes are compared.
 */
import type { BoothItem, Lead } from "../core/verdicts.ts";
import type { Bodies } from "./api.ts";
import type { Looked, PhoneView, Tokens, Verdicts } from "./wire.ts";

type Shape<T> = T extends string
  ? string
  : T extends number
    ? number
    : T extends readonly (infer Item)[]
      ? readonly Shape<Item>[]
      : T extends object
        ? { readonly [K in keyof T]-?: Shape<Exclude<T[K], undefined>> }
        : T;
/** `never` unless everything that the app reads is sent, of that shape. */
type Reads<Sent, Ours> = Shape<Sent> extends Shape<Ours> ? Ours : never;
type Holds<T> = [T] extends [never] ? never : true;

export const AGREED: Readonly<Record<string, true>> = {
  tokens: true satisfies Holds<Reads<Bodies["PhoneTokensView"], Tokens>>,
  enrolled: true satisfies Holds<Reads<Bodies["EnrolledPhone"], Tokens>>,
  lead: true satisfies Holds<Reads<Bodies["Lead"], Lead>>,
  looked: true satisfies Holds<Reads<Bodies["OfferedPhone"], Looked>>,
  phone: true satisfies Holds<Reads<Bodies["PhoneView"], PhoneView>>,
  booth: true satisfies Holds<Reads<Bodies["BoothVerdict"], BoothItem>>,
  received: true satisfies Holds<Reads<Bodies["BoothVerdicts"], Pick<Verdicts, "received_at">>>,
};

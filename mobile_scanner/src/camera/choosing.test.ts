import { describe, expect, it } from "vitest";
import { betterThan } from "./choosing.ts";

function lenses(...labels: string[]) {
  return labels.map((label) => ({ id: label, label }));
}

describe("the camera that is better than the browser's choice", () => {
  it.each([
    ["Back Ultra Wide Camera", "Back Camera"],
    ["Front Camera", "Back Camera"],
    ["Back Telephoto Camera", "Back Camera"],
    ["camera2 2, facing back", "camera2 0, facing back"],
    ["camera2 1, facing front", "camera2 0, facing back"],
    ["กล้องหน้า", "กล้องหลัง"],
    ["กล้องหลังมุมกว้างพิเศษ", "กล้องหลัง"],
  ])("%s gives way to %s", (chosen, better) => {
    expect(betterThan(chosen, lenses(chosen, better))).toBe(better);
    expect(betterThan(better, lenses(chosen, better))).toBeNull();
  });

  it.each([
    ["Back Camera", "Back Dual Wide Camera"],
    ["Back Triple Camera", "Back Camera"],
    ["Integrated Webcam", "USB Camera"],
  ])("%s stays beside %s", (chosen, other) => {
    expect(betterThan(chosen, lenses(other, chosen))).toBeNull();
  });

  it("is none where labels are missing", () => {
    expect(betterThan("", lenses(""))).toBeNull();
    expect(betterThan(null, lenses("Back Camera"))).toBeNull();
  });
});

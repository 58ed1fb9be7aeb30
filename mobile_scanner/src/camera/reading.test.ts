import { expect, it } from "vitest";
import { cutOf, nextWay } from "./reading.ts";

it.each([
  ["whole", 1280, 720, [0, 0, 1280, 720, 1280, 720]],
  ["whole", 720, 1280, [0, 0, 720, 1280, 720, 1280]],
  ["whole", 3840, 2160, [0, 0, 3840, 2160, 1280, 720]],
  ["centre", 1280, 720, [320, 180, 640, 360, 1280, 720]],
  ["centre", 640, 480, [160, 120, 320, 240, 640, 480]],
  ["centre", 1920, 1080, [480, 270, 960, 540, 1280, 720]],
  ["whole", 0, 0, [0, 0, 0, 0, 1, 1]],
] as const)("cuts the %s of %d × %d", (way, width, height, cut) => {
  expect(Object.values(cutOf(way, width, height))).toEqual(cut);
});

it("takes both ways in turn", () => {
  expect([nextWay("whole"), nextWay("centre")]).toEqual(["centre", "whole"]);
});

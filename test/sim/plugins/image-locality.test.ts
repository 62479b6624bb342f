import { describe, expect, test } from "vitest";
import { imageLocality, normalizedImageName } from "../../../src/sim/plugins/image-locality.ts";
import { image, makeContainer, makeNode, makePod, MiB } from "../../support/builders.ts";
import { PluginBench } from "../../support/plugin-bench.ts";

test.each([
  { name: "nginx", normal: "nginx:latest" },
  { name: "nginx:1.27", normal: "nginx:1.27" },
  { name: "registry:5000/app", normal: "registry:5000/app:latest" },
  { name: "registry:5000/app@sha256:abc", normal: "registry:5000/app@sha256:abc" },
])("$name is looked for as $normal", ({ name, normal }) => {
  expect(normalizedImageName(name)).toBe(normal);
});

describe("Score", () => {
  const nodes = [
    makeNode("both", { images: [image("app:1", 1_046 * MiB), image("tool:1", 500 * MiB)] }),
    makeNode("one", { images: [image("tool:1", 500 * MiB)] }),
    makeNode("none"),
  ];
  const pod = (...images: readonly string[]) =>
    makePod("p", { spec: { containers: images.map((each) => makeContainer({}, { image: each })) } });

  test.each([
    // An image counts with its share of nodes: 1046 MiB on one of three, 500 MiB on two of three.
    { images: ["app:1"], expected: { both: 33, one: 0, none: 0 } },
    { images: ["tool:1"], expected: { both: 31, one: 31, none: 0 } },
    { images: ["app:1", "tool:1"], expected: { both: 33, one: 15, none: 0 } },
    { images: ["unknown"], expected: { both: 0, one: 0, none: 0 } },
  ])("images $images", ({ images, expected }) => {
    expect(new PluginBench({ nodes }).scores(imageLocality, pod(...images))).toEqual(expected);
  });

  test("images of init containers count from 1.30 on, image volumes from 1.36 on", () => {
    const own = makePod("p", {
      spec: {
        containers: [makeContainer({}, { image: "unknown" })],
        initContainers: [makeContainer({}, { image: "app:1" })],
        volumes: [{ type: "image", name: "v", reference: "tool:1" }],
      },
    });
    const both = (minor: number) => new PluginBench({ minor, nodes }).scores(imageLocality, own);
    expect(both(29)).toMatchObject({ both: 0 });
    expect(both(30)).toMatchObject({ both: 16 });
    expect(both(36)).toMatchObject({ both: 33 });
  });

  test("an image is forgotten with its last node", () => {
    const bench = new PluginBench({ nodes });
    bench.cache.removeNode("both");
    expect(bench.scores(imageLocality, pod("app:1"))).toEqual({ one: 0, none: 0 });
    expect(bench.cache.image("app:1")).toBeUndefined();
  });
});

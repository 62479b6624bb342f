import { describe, expect, test } from "vitest";
import { imageName, imageTag, longImageName, withTag, withVersion } from "../../src/lib/image.ts";

const digest = "@sha256:0a1b2c";

describe("the parts of an image's name", () => {
  test.each([
    ["nginx", "nginx", undefined],
    ["nginx:1.27", "nginx", "1.27"],
    ["registry.k8s.io/coredns/coredns:v1.11.1", "coredns", "v1.11.1"],
    ["localhost:5000/etcd", "etcd", undefined],
    [`localhost:5000/etcd:3.5.9-0${digest}`, "etcd", "3.5.9-0"],
    [`registry.k8s.io/etcd${digest}`, "etcd", undefined],
  ])("%s is %s with the tag %s", (image, name, tag) => {
    expect([imageName(image), imageTag(image)]).toEqual([name, tag]);
  });

  test("a digest goes with the tag that it stands for", () => {
    expect(withTag(`localhost:5000/etcd${digest}`, "3.6.0-0")).toBe("localhost:5000/etcd:3.6.0-0");
    expect(withTag(`etcd:3.5.9-0${digest}`, "3.6.0-0")).toBe("etcd:3.6.0-0");
  });

  test("a version is written as the one before it", () => {
    expect(withVersion("coredns:1.9.3", "v1.11.1")).toBe("coredns:1.11.1");
    expect(withVersion("kube-proxy:v1.33.0", "v1.34.0")).toBe("kube-proxy:v1.34.0");
    expect(withVersion("kube-proxy", "v1.34.0")).toBe("kube-proxy:v1.34.0");
  });

  test.each([
    ["nginx", "docker.io/library/nginx:latest"],
    ["grafana/grafana:11", "docker.io/grafana/grafana:11"],
    ["localhost:5000/web", "localhost:5000/web:latest"],
    [`quay.io/web${digest}`, `quay.io/web${digest}`],
  ])("the long form of %s is %s", (image, long) => {
    expect(longImageName(image)).toBe(long);
  });
});

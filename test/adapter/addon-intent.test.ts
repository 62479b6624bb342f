import { expect, test } from "vitest";
import { Api } from "../../src/adapter/api.ts";
import { upgradeAddon } from "../../src/adapter/workload-intents.ts";
import { FakeApi } from "../support/fake-api.ts";
import { VirtualClock } from "../support/virtual-clock.ts";

const path = "/apis/apps/v1/namespaces/kube-system/deployments/coredns";

/** What would be written to give CoreDNS 1.11.3, and what would undo it. */
async function intent(image: string) {
  const clock = new VirtualClock();
  const api = new FakeApi(clock);
  const spec = { template: { spec: { containers: [{ name: "coredns", image }] } } };
  api.put(path, {
    kind: "Deployment",
    apiVersion: "apps/v1",
    metadata: { name: "coredns", namespace: "kube-system" },
    spec,
  });
  const listener = { silent: () => undefined, back: () => undefined };
  const signal = new AbortController().signal;
  const live = new Api(api.client, { clock, patienceMillis: 0, listener, signal });
  const prepared = await clock.until(
    upgradeAddon(live, { kind: "upgradeAddon", addon: "coredns", to: "v1.11.3" }),
  );
  return prepared.kind === "write" ? prepared.intent : undefined;
}

const digest = "@sha256:0a1b2c";

test.each([
  ["registry.k8s.io/coredns/coredns:v1.11.1", "v1.11.1"],
  [`registry.k8s.io/coredns/coredns:v1.11.1${digest}`, "v1.11.1"],
  ["localhost:5000/coredns:1.11.1", "1.11.1"],
])("an add-on that runs %s is undone to %s", async (image, before) => {
  expect((await intent(image))?.undo).toMatchObject({ kind: "upgradeAddon", to: before });
});

test("one that is named by its digest alone has no version to go back to", async () => {
  const found = await intent(`registry.k8s.io/coredns/coredns${digest}`);
  expect(JSON.stringify(found?.request.body)).toContain('"registry.k8s.io/coredns/coredns:v1.11.3"');
  expect(found?.undo).toBeUndefined();
});

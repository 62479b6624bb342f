import { execFileSync, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { folderWith } from "./command-line.ts";

/** Without openssl nobody makes certificates. */
export const hasOpenssl = spawnSync("openssl", ["version"]).status === 0;

export interface Signed {
  readonly cert: string;
  readonly key: string;
}

/** An authority of a test's own. */
export interface Authority extends Signed {
  /** A certificate for this name, and for 127.0.0.1, for so many days; -1: it ran out yesterday. */
  readonly sign: (name: string, days: number) => Signed;
}

export function makeAuthority(): Authority {
  const folder = folderWith({});
  const openssl = (...words: readonly string[]) =>
    execFileSync("openssl", words, { cwd: folder, stdio: ["ignore", "pipe", "pipe"] });
  const read = (file: string) => readFileSync(join(folder, file), "utf8");
  const signed = (name: string): Signed => ({ cert: read(`${name}.crt`), key: read(`${name}.key`) });
  const curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
  openssl(
    "req",
    "-x509",
    ...curve,
    "-keyout",
    "ca.key",
    "-out",
    "ca.crt",
    "-subj",
    "/CN=ca",
    "-days",
    "3650",
  );
  return {
    ...signed("ca"),
    sign: (name, days) => {
      const request = ["-keyout", `${name}.key`, "-out", `${name}.csr`, "-subj", `/CN=${name}`];
      openssl("req", "-new", ...curve, ...request, "-addext", "subjectAltName=IP:127.0.0.1");
      const by = ["-CA", "ca.crt", "-CAkey", "ca.key", "-copy_extensions", "copy"];
      openssl("x509", "-req", "-in", `${name}.csr`, "-out", `${name}.crt`, ...by, "-days", String(days));
      return signed(name);
    },
  };
}

import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";

export type Certificate = { readonly key: string; readonly cert: string };

export type TlsFixtures = {
  readonly caFile: string;
  readonly good: Certificate; // for exporter.test and 127.0.0.1
  readonly expired: Certificate;
  readonly wrongName: Certificate; // for other.test
  readonly selfSigned: Certificate; // for exporter.test and 127.0.0.1, by itself
  remove(): void;
};

const OPENSSL = process.env["OPENSSL"] ?? "openssl";

/** Why there can be no certificates on this machine; null when there can. */
export function opensslMissing(): string | null {
  if (spawnSync(OPENSSL, ["version"]).status === 0) return null;
  return "openssl is not installed; apt-get install openssl";
}

const NAMES = "subjectAltName=DNS:exporter.test,IP:127.0.0.1";

/** Certificates made now, by openssl, in a directory of their own. */
export function makeTlsFixtures(): TlsFixtures {
  const dir = mkdtempSync(path.join(tmpdir(), "dapan-tls-"));
  const at = (name: string): string => path.join(dir, name);
  const openssl = (...args: string[]): void => void execFileSync(OPENSSL, args, { cwd: dir, stdio: "pipe" });
  const newKey = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];

  openssl("req", "-x509", ...newKey, "-keyout", "ca.key", "-out", "ca.pem", "-subj", "/CN=Test CA", "-days", "2");
  const signed = (name: string, san: string, days: string): Certificate => {
    openssl("req", ...newKey, "-keyout", `${name}.key`, "-out", `${name}.csr`, "-subj", `/CN=${name}`);
    writeFileSync(at(`${name}.ext`), san);
    openssl("x509", "-req", "-in", `${name}.csr`, "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", days, "-extfile", `${name}.ext`, "-out", `${name}.pem`); // prettier-ignore
    return { key: readFileSync(at(`${name}.key`), "utf8"), cert: readFileSync(at(`${name}.pem`), "utf8") };
  };
  const good = signed("good", NAMES, "2");
  const expired = signed("expired", NAMES, "-1");
  const wrongName = signed("wrong", "subjectAltName=DNS:other.test", "2");
  openssl(
    "req",
    "-x509",
    ...newKey,
    "-keyout",
    "self.key",
    "-out",
    "self.pem",
    "-subj",
    "/CN=self",
    "-days",
    "2",
    "-addext",
    NAMES,
  );
  const selfSigned = { key: readFileSync(at("self.key"), "utf8"), cert: readFileSync(at("self.pem"), "utf8") };

  return {
    caFile: at("ca.pem"),
    good,
    expired,
    wrongName,
    selfSigned,
    remove: () => rmSync(dir, { recursive: true, force: true }),
  };
}

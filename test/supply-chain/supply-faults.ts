export type Lock = {
  readonly packages: Readonly<
    Record<
      string,
      {
        readonly version?: string;
        readonly integrity?: string;
        readonly resolved?: string;
        readonly license?: string;
        readonly hasInstallScript?: boolean;
        readonly dependencies?: Readonly<Record<string, string>>;
      }
    >
  >;
};

export type Policy = {
  readonly installScripts: Readonly<Record<string, string>>;
  readonly licences: Readonly<Record<string, string>>;
  readonly minimumVersions: Readonly<Record<string, { readonly version: string; readonly why: string }>>;
  readonly mostDirectDependencies: number;
};

/** What of a lock file the policy does not take, a sentence each. */
export function supplyFaults(lock: Lock, policy: Policy, npmrc: string): string[] {
  const faults: string[] = [];
  if (!/^ignore-scripts=true$/m.test(npmrc)) faults.push(".npmrc: ignore-scripts=true is missing");
  for (const [place, one] of Object.entries(lock.packages)) {
    if (place === "") continue;
    const name = place.slice(place.lastIndexOf("node_modules/") + "node_modules/".length);
    if (!one.integrity?.startsWith("sha512-")) faults.push(`${place}: has no sha512`);
    if (one.resolved !== undefined) faults.push(`${place}: says where it is fetched from, ${one.resolved}`);
    if (one.hasInstallScript && !(name in policy.installScripts)) faults.push(`${place}: brings an install script`);
    if (one.license === undefined) faults.push(`${place}: says no licence`);
    else if (!(one.license in policy.licences)) faults.push(`${place}: its licence ${one.license} is not on the list`);
    const least = policy.minimumVersions[name];
    if (least && isOlder(one.version ?? "0", least.version))
      faults.push(`${place}: ${name} ${one.version} is older than ${least.version}: ${least.why}`);
  }
  const direct = Object.keys(lock.packages[""]?.dependencies ?? {}).length;
  if (direct > policy.mostDirectDependencies)
    faults.push(`${direct} direct dependencies, at most ${policy.mostDirectDependencies}`);
  return faults;
}

/** By the three numbers; a version before a release is older than it. */
function isOlder(version: string, least: string): boolean {
  const [a, b] = [version, least].map((text) => text.split("-")[0]!.split(".").map(Number)) as [number[], number[]];
  const i = [0, 1, 2].find((place) => a[place] !== b[place]);
  return i === undefined ? version.includes("-") : a[i]! < b[i]!;
}

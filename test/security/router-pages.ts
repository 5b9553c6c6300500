/** The patterns of all pages, from the source of web/router.tsx: importing it would import every page with its styles. */
export function routerPages(source: string): string[] {
  const made = new Map<string, { readonly parent: string; readonly path: string }>();
  for (const [, name, parent, path] of source.matchAll(
    /const (\w+) = createRoute\(\{\s*getParentRoute: \(\) => (\w+),\s*path: "([^"]*)"/g,
  ))
    made.set(name ?? "", { parent: parent ?? "", path: path ?? "" });
  const declared = source.split("createRoute({").length - 1;
  if (made.size !== declared) throw new Error(`of ${declared} routes ${made.size} were understood`);
  const pathOf = (name: string): string => {
    const route = made.get(name);
    return route === undefined ? "" : `${pathOf(route.parent)}${route.path}`;
  };
  return [...made.keys()].map((name) => pathOf(name).replace(/(?<=.)\/$/, ""));
}

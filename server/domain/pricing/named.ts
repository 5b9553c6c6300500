/** The model a pool's or selector's name means: the one a person tied it to, or the name itself. */
export const namedModel = (name: string, aliases: ReadonlyMap<string, string>): string => aliases.get(name) ?? name;

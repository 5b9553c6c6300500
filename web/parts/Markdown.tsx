import { Fragment, useMemo } from "react";
import { type Block, blocksOf, type Inline } from "../lib/markdown.ts";

/** Markdown drawn as elements of ours, under a heading of level two. */
export function Markdown({ text }: { text: string }) {
  const blocks = useMemo(() => blocksOf(text), [text]);
  return (
    <div className="markdown">
      {blocks.map((block, i) => (
        <BlockView key={i} block={block} />
      ))}
    </div>
  );
}

function BlockView({ block }: { block: Block }) {
  switch (block.kind) {
    case "heading":
      return block.level <= 2 ? (
        <h3>
          <Inlines of={block.text} />
        </h3>
      ) : (
        <h4>
          <Inlines of={block.text} />
        </h4>
      );
    case "paragraph":
      return (
        <p>
          <Inlines of={block.text} />
        </p>
      );
    case "code":
      return <pre tabIndex={0}>{block.text}</pre>;
    case "list": {
      const List = block.ordered ? "ol" : "ul";
      return (
        <List>
          {block.items.map((item, i) => (
            <li key={i}>
              <Inlines of={item} />
            </li>
          ))}
        </List>
      );
    }
    case "table":
      return <Table block={block} />;
  }
}

function Table({ block }: { block: Extract<Block, { kind: "table" }> }) {
  return (
    <table className="plain">
      <thead>
        <tr>
          {block.head.map((cell, i) => (
            <th key={i}>
              <Inlines of={cell} />
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {block.rows.map((row, i) => (
          <tr key={i}>
            {row.map((cell, k) => (
              <td key={k}>
                <Inlines of={cell} />
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Inlines({ of }: { of: readonly Inline[] }) {
  return of.map((inline, i) => <Fragment key={i}>{inlineView(inline)}</Fragment>);
}

function inlineView(inline: Inline) {
  switch (inline.kind) {
    case "text":
      return inline.text;
    case "bold":
      return <strong>{inline.text}</strong>;
    case "code":
      return <code>{inline.text}</code>;
    case "link":
      return (
        <a href={inline.href} target="_blank" rel="noopener noreferrer">
          {inline.text}
        </a>
      );
  }
}

/** A list on the command line: `--param codes=NO,SE`. A value that holds a comma or is empty stands in double quotes. */
const ITEM = /^(?:"((?:[^"]|"")*)"|([^,]*))(?:,|$)/;

export function splitList(text: string): readonly string[] {
  if (text === '') return [];
  const items: string[] = [];
  // A comma at the end is followed by one more, empty value.
  for (let rest = `${text},`; rest !== ''; ) {
    const [whole, quoted, plain] = ITEM.exec(rest)!;
    items.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'));
    rest = rest.slice(whole.length);
  }
  return items;
}

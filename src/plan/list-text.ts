/**
 * A list on the command line: `--param codes=NO,SE`. A value that holds a comma or is empty stands in double quotes. What
 * cannot be read as one is answered with the reason.
 */
const ITEM = /^(?:"((?:[^"]|"")*)"|([^",][^,]*)?)(?:,|$)/;

export function splitList(text: string): readonly string[] | { readonly problem: string } {
  if (text === '') return [];
  if (/^\[.*\]$/s.test(text)) return { problem: 'a list is given without brackets' };
  const items: string[] = [];
  // A comma at the end is followed by one more, empty value.
  for (let rest = `${text},`; rest !== ''; ) {
    const item = ITEM.exec(rest);
    if (item === null) return { problem: 'a value that begins with a quote ends with one, before a comma or the end' };
    const [whole, quoted, plain = ''] = item;
    items.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'));
    rest = rest.slice(whole.length);
  }
  return items;
}

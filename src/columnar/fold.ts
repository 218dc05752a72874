/**
 * Aggregations that see the rows of a group one after another, in order. Plain data: the binder chooses one, the
 * operators room carries it out. Of rows that come with a count, each stands for as many equal ones. Nulls are skipped.
 *
 * | kind              | rows                           | result                                                    |
 * |-------------------|--------------------------------|-----------------------------------------------------------|
 * | quantile          | distinct values ascending, counted | the value at `fraction`, between two of them if continuous |
 * | mode              | distinct values ascending, counted | the most frequent value, of several the least          |
 * | histogram         | distinct values ascending, counted | a JSON object: value to count                          |
 * | join_texts        | texts in any order             | the texts with `separator` between them                   |
 * | count             | distinct values                | how many there are, bigint                                |
 * | distinct_estimate | distinct marks of `distinct_mark`  | about how many different values there are, bigint      |
 */
export type FoldSpec =
  | { readonly kind: 'quantile'; readonly fraction: number; readonly isContinuous: boolean }
  | { readonly kind: 'mode' }
  | { readonly kind: 'histogram' }
  | { readonly kind: 'join_texts'; readonly separator: string }
  | { readonly kind: 'count' }
  | { readonly kind: 'distinct_estimate' };

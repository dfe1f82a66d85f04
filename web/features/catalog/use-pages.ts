import { useEffect } from 'react';

interface Pages {
  data: { pages: unknown[] } | undefined;
  hasNextPage: boolean;
  isFetching: boolean;
  isFetchNextPageError: boolean;
  fetchNextPage: () => unknown;
}

/** Loads further pages until there are as many as the address asks for: after "load more", a reload or a deep link. */
export function usePages(list: Pages, wanted: number): void {
  const { data, hasNextPage, isFetching, isFetchNextPageError, fetchNextPage } = list;
  const lacking = data !== undefined && data.pages.length < wanted && hasNextPage;
  useEffect(() => {
    if (lacking && !isFetching && !isFetchNextPageError) fetchNextPage();
  }, [lacking, isFetching, isFetchNextPageError, fetchNextPage]);
}

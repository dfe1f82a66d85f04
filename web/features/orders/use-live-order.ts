import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useAnnounce } from '../../components/toasts.tsx';
import { shouldRetry } from '../../lib/query-client.ts';
import { useLooks } from '../../lib/use-looks.ts';
import { newsOf } from './order-news.ts';
import { orderQuery } from './order-query.ts';
import { isSettled } from './status-words.ts';

/** An order that follows its changes by itself, and says them politely. `failing`: it could not for a while, so it may be an old one. */
export function useLiveOrder(id: string) {
  const client = useQueryClient();
  const announce = useAnnounce();
  const query = orderQuery(id);
  const { data, error, isError, isFetching, refetch } = useQuery({
    ...query,
    // One that is shown already is looked at again soon: retries would only make more requests of an API that is away.
    retry: (failures, reason) => client.getQueryData(query.queryKey) === undefined && shouldRetry(failures, reason),
  });
  const failures = useLooks(
    async () => {
      const before = client.getQueryData(query.queryKey);
      const found = await refetch({ cancelRefetch: false });
      const news = before && found.data && newsOf(before, found.data);
      if (news) announce(news);
      return found;
    },
    data !== undefined && isSettled(data),
  );
  return { data, error, isError, isFetching, refetch, failing: isError && failures > 2 };
}

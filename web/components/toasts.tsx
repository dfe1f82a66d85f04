import { createContext, type ReactNode, useCallback, useContext, useEffect, useState } from 'react';
import './toasts.css';

interface Toast {
  id: number;
  text: string;
  action?: { label: string; run: () => void };
}
type Announce = (text: string, action?: Toast['action']) => void;

const AnnounceContext = createContext<Announce>(() => undefined);
const visibleMs = 6_000;

/** Shows a short message for a few seconds at the bottom of the page; screen readers read it out. */
export const useAnnounce = (): Announce => useContext(AnnounceContext);

export function ToastProvider({ children }: { children: ReactNode }) {
  const [toast, setToast] = useState<Toast | undefined>();
  const announce = useCallback<Announce>(
    (text, action) => setToast((last) => ({ id: (last?.id ?? 0) + 1, text, ...(action && { action }) })),
    [],
  );
  useEffect(() => {
    if (!toast) return;
    const timer = setTimeout(() => setToast(undefined), visibleMs);
    return () => clearTimeout(timer);
  }, [toast]);
  const action = toast?.action;
  return (
    <AnnounceContext value={announce}>
      {children}
      <div className="toasts" role="status">
        {toast && (
          <div className="toast" key={toast.id}>
            <span>{toast.text}</span>
            {action && (
              <button
                type="button"
                onClick={() => {
                  setToast(undefined);
                  action.run();
                }}
              >
                {action.label}
              </button>
            )}
          </div>
        )}
      </div>
    </AnnounceContext>
  );
}

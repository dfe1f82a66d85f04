import { createContext, type ReactNode, useContext, useMemo, useState } from 'react';

interface DrawerState {
  open: boolean;
  show: () => void;
  hide: () => void;
}

const DrawerContext = createContext<DrawerState>({ open: false, show: () => undefined, hide: () => undefined });

export const useCartDrawer = (): DrawerState => useContext(DrawerContext);

export function CartDrawerProvider({ children }: { children: ReactNode }) {
  const [open, setOpen] = useState(false);
  const state = useMemo(() => ({ open, show: () => setOpen(true), hide: () => setOpen(false) }), [open]);
  return <DrawerContext value={state}>{children}</DrawerContext>;
}

package org.sluice.testkit.contract;

import org.sluice.spi.application.Application;
import org.sluice.spi.application.ApplicationContext;
import org.sluice.spi.host.HostServices;
import org.sluice.spi.session.Session;

class EchoApplicationTest extends ApplicationContract {
  @Override
  protected Application subject(HostServices host) {
    return new Echo();
  }

  @Override
  protected String uri() {
    return "ct://127.0.0.1:7";
  }

  private static final class Echo implements Application {
    @Override
    public void onAttached(ApplicationContext context) {
      context.listen("ct://0.0.0.0:7").join();
    }

    @Override
    public void onReadable(Session session) {
      session.transferTo(session, Integer.MAX_VALUE);
    }

    @Override
    public void onWritable(Session session) {
      onReadable(session);
    }
  }
}

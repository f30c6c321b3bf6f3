package org.sluice.core.network;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.sluice.core.nic.CaptureNic;
import org.sluice.core.runtime.WorkerSet;
import org.sluice.spi.application.SessionException;
import org.sluice.spi.error.SessionError;
import org.sluice.spi.nic.Nic;
import org.sluice.spi.nic.NicConfiguration;
import org.sluice.spi.nic.NicDriver;
import org.sluice.spi.nic.NicException;
import org.sluice.spi.runtime.Clock;
import org.sluice.spi.runtime.Counters;
import org.sluice.spi.runtime.Worker;

/** Makes the cards of interfaces: opens them for all workers, so that each of them can be captured. Worker 0. */
final class InterfaceCards {
  private final List<Worker> workers;
  private final Clock clock;
  private final Counters counters;
  private final Map<String, NicDriver> drivers = new TreeMap<>();

  InterfaceCards(WorkerSet workers, Clock clock, Counters counters, List<NicDriver> drivers) {
    this.workers = IntStream.range(0, workers.count()).<Worker>mapToObj(workers::worker).toList();
    this.clock = clock;
    this.counters = counters;
    drivers.forEach(driver -> this.drivers.put(driver.name(), driver));
  }

  void add(NicDriver driver) {
    if (drivers.putIfAbsent(driver.name(), driver) != null) {
      throw new SessionException(SessionError.CONFLICT, "a second driver '" + driver.name() + "'");
    }
  }

  void remove(NicDriver driver) {
    drivers.remove(driver.name(), driver);
  }

  /** Whether a driver is the one of its name. */
  boolean has(NicDriver driver) {
    return drivers.get(driver.name()) == driver;
  }

  Map<String, List<String>> probe() {
    Map<String, List<String>> found = new TreeMap<>();
    drivers.forEach((name, driver) -> found.put(name, driver.probe()));
    return found;
  }

  NicDriver driver(String name) {
    NicDriver driver = drivers.get(name);
    if (driver == null) {
      throw new SessionException(SessionError.INVALID,
          "driver '" + name + "'; there are: " + String.join(", ", drivers.keySet()));
    }
    return driver;
  }

  CaptureNic open(NicDriver driver, String name, Map<String, String> options) {
    try {
      Nic card = driver.open(new NicConfiguration(name, 0, 0, options), workers);
      return new CaptureNic(card, workers, clock, counters);
    } catch (NicException e) {
      throw SessionException.because(SessionError.NOINTF, "interface '" + name + "'", String.valueOf(e.getMessage()));
    }
  }
}

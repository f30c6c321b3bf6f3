package org.sluice.benchmarks.sidebyside.peers;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.ManualIoEventLoop;
import io.netty.channel.local.LocalAddress;
import io.netty.channel.local.LocalChannel;
import io.netty.channel.local.LocalIoHandler;
import io.netty.channel.local.LocalServerChannel;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.sluice.benchmarks.sidebyside.harness.Intake;
import org.sluice.benchmarks.sidebyside.harness.NativeMemory;
import org.sluice.benchmarks.sidebyside.harness.StreamPeer;
import org.sluice.benchmarks.sidebyside.harness.ThreadWords;
import org.sluice.benchmarks.sidebyside.harness.Traffic;

/**
 * Netty's channel inside of one process. Its event loops are turned by the two threads, which spin, instead of by
 * threads of their own, which would sleep. A local channel takes any number of bytes that its reader has not read, so
 * the room is counted here.
 */
public final class NettyStream implements StreamPeer {
  private static final int WRITTEN = 0;

  private final AtomicLong consumed = new AtomicLong();
  private final LocalAddress address = new LocalAddress(NettyStream.class);
  private final CountDownLatch bound = new CountDownLatch(1);
  private final long source;
  private final int messageBytes;
  private final Intake intake;
  private final ThreadWords writing;
  private @Nullable ManualIoEventLoop readerLoop;
  private @Nullable ManualIoEventLoop writerLoop;
  private @Nullable Channel listener;
  private @Nullable Channel reader;
  private @Nullable Channel writer;
  private @Nullable Throwable failure;

  /**
   * Prepares; the channels are opened on their threads.
   *
   * @param traffic what they carry
   */
  public NettyStream(Traffic traffic) {
    source = traffic.source().address();
    messageBytes = traffic.messageBytes();
    intake = traffic.intake();
    writing = traffic.newWords();
  }

  @Override
  public void openReader() {
    ManualIoEventLoop loop = new ManualIoEventLoop(Thread.currentThread(), LocalIoHandler.newFactory());
    readerLoop = loop;
    ServerBootstrap bootstrap = new ServerBootstrap()
        .group(loop)
        .channel(LocalServerChannel.class)
        // The reader's channel copies small messages together; by default to the heap, where nobody else's are.
        .childOption(ChannelOption.ALLOCATOR, ByteBufAllocator.DEFAULT)
        .childHandler(new ReadHandler());
    listener = await(loop, bootstrap.bind(address));
    bound.countDown();
    while (reader == null) {
      loop.runNow();
    }
  }

  @Override
  public void openWriter() throws InterruptedException {
    bound.await();
    ManualIoEventLoop loop = new ManualIoEventLoop(Thread.currentThread(), LocalIoHandler.newFactory());
    writerLoop = loop;
    Bootstrap bootstrap = new Bootstrap()
        .group(loop)
        .channel(LocalChannel.class)
        .handler(new ChannelInboundHandlerAdapter());
    writer = await(loop, bootstrap.connect(address));
  }

  private static Channel await(ManualIoEventLoop loop, ChannelFuture done) {
    while (!done.isDone()) {
      loop.runNow();
    }
    return done.syncUninterruptibly().channel();
  }

  @Override
  public long write(int messages) {
    Channel channel = writer;
    ManualIoEventLoop loop = writerLoop;
    if (channel == null || loop == null) {
      throw new IllegalStateException("not open");
    }
    long before = writing.get(WRITTEN);
    long written = before;
    long limit = consumed.get() + Traffic.CAPACITY_BYTES - messageBytes;
    for (int i = 0; i < messages && written <= limit; i++) {
      ByteBuf message = channel.alloc().directBuffer(messageBytes);
      NativeMemory.copy(source, message.memoryAddress(), messageBytes);
      message.writerIndex(messageBytes);
      channel.write(message, channel.voidPromise());
      written += messageBytes;
    }
    if (written > before) {
      writing.set(WRITTEN, written);
      channel.flush();
    }
    loop.runNow();
    return written - before;
  }

  @Override
  public long read() {
    ManualIoEventLoop loop = readerLoop;
    if (loop == null) {
      throw new IllegalStateException("not open");
    }
    long before = intake.taken();
    loop.runNow();
    Throwable caught = failure;
    if (caught != null) {
      throw new IllegalStateException(caught);
    }
    long count = intake.taken() - before;
    if (count > 0) {
      consumed.setRelease(intake.taken());
    }
    return count;
  }

  @Override
  public void closeWriter() {
    close(writer, writerLoop);
  }

  @Override
  public void closeReader() {
    close(reader, readerLoop);
    close(listener, readerLoop);
  }

  private static void close(@Nullable Channel channel, @Nullable ManualIoEventLoop loop) {
    if (channel != null && loop != null) {
      await(loop, channel.close());
    }
  }

  /** Takes what arrives where it lies. */
  private final class ReadHandler extends ChannelInboundHandlerAdapter {
    @Override
    public void channelActive(ChannelHandlerContext context) {
      reader = context.channel();
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      ByteBuf buffer = (ByteBuf) message;
      intake.take(buffer.memoryAddress() + buffer.readerIndex(), buffer.readableBytes());
      buffer.release();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      failure = cause;
    }
  }
}

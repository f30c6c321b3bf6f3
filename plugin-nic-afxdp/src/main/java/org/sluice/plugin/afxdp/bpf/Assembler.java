package org.sluice.plugin.afxdp.bpf;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Assembles BPF instructions (RFC 9669), those that the steering program needs. Jumps go forward to labels, as the
 * verifier likes them best. Numbers that are compared with fields of packets are given as they stand on the wire.
 */
final class Assembler {
  // Registers. r1 to r5 are lost at each call.
  static final int R0 = 0;
  static final int R1 = 1;
  static final int R2 = 2;
  static final int R3 = 3;
  static final int R5 = 5;
  static final int R6 = 6;
  static final int R7 = 7;
  static final int R8 = 8;
  static final int R9 = 9;
  /** The frame pointer: the stack lies below. */
  static final int FP = 10;

  // Sizes of loads and stores.
  static final int WORD = 0x00;
  static final int HALF = 0x08;
  static final int BYTE = 0x10;

  private static final int LDX_MEM = 0x61;
  private static final int STX_MEM = 0x63;
  private static final int ADD_IMMEDIATE = 0x07;
  private static final int AND_IMMEDIATE = 0x57;
  private static final int SHIFT_LEFT_IMMEDIATE = 0x67;
  private static final int ADD_REGISTER = 0x0f;
  private static final int MOVE_IMMEDIATE = 0xb7;
  private static final int MOVE_REGISTER = 0xbf;
  private static final int LOAD_64 = 0x18;
  private static final int MAP_DESCRIPTOR = 1;
  private static final int CALL = 0x85;
  private static final int EXIT = 0x95;
  private static final int JUMP = 0x05;
  private static final int JUMP_IF_EQUAL = 0x15;
  private static final int JUMP_IF_NOT_EQUAL = 0x55;
  private static final int JUMP_IF_GREATER_REGISTER = 0x2d;

  private static final int INSTRUCTION_BYTES = 8;

  private final List<Long> code = new ArrayList<>();
  private final Map<Integer, String> jumps = new HashMap<>();
  private final Map<String, Integer> labels = new HashMap<>();

  private Assembler emit(int opcode, int to, int from, int offset, int immediate) {
    code.add((long) immediate << 32 | (offset & 0xffffL) << 16 | (long) from << 12 | (long) to << 8 | opcode);
    return this;
  }

  private Assembler jump(int opcode, int to, int from, int immediate, String label) {
    if (labels.containsKey(label)) {
      throw new IllegalArgumentException("a jump back, to " + label);
    }
    jumps.put(code.size(), label);
    return emit(opcode, to, from, 0, immediate);
  }

  Assembler label(String name) {
    if (labels.put(name, code.size()) != null) {
      throw new IllegalArgumentException("two labels " + name);
    }
    return this;
  }

  Assembler load(int size, int to, int base, int offset) {
    return emit(LDX_MEM | size, to, base, offset, 0);
  }

  Assembler store(int size, int base, int offset, int from) {
    return emit(STX_MEM | size, base, from, offset, 0);
  }

  Assembler move(int to, int from) {
    return emit(MOVE_REGISTER, to, from, 0, 0);
  }

  Assembler set(int to, int value) {
    return emit(MOVE_IMMEDIATE, to, 0, 0, value);
  }

  Assembler add(int to, int value) {
    return emit(ADD_IMMEDIATE, to, 0, 0, value);
  }

  Assembler addRegister(int to, int from) {
    return emit(ADD_REGISTER, to, from, 0, 0);
  }

  Assembler and(int to, int value) {
    return emit(AND_IMMEDIATE, to, 0, 0, value);
  }

  Assembler shiftLeft(int to, int bits) {
    return emit(SHIFT_LEFT_IMMEDIATE, to, 0, 0, bits);
  }

  Assembler map(int to, int descriptor) {
    emit(LOAD_64, to, MAP_DESCRIPTOR, 0, descriptor);
    return emit(0, 0, 0, 0, 0);
  }

  Assembler call(int function) {
    return emit(CALL, 0, 0, 0, function);
  }

  Assembler exit() {
    return emit(EXIT, 0, 0, 0, 0);
  }

  Assembler go(String label) {
    return jump(JUMP, 0, 0, 0, label);
  }

  Assembler ifEqual(int register, int value, String label) {
    return jump(JUMP_IF_EQUAL, register, 0, value, label);
  }

  Assembler ifNotEqual(int register, int value, String label) {
    return jump(JUMP_IF_NOT_EQUAL, register, 0, value, label);
  }

  Assembler ifGreater(int register, int than, String label) {
    return jump(JUMP_IF_GREATER_REGISTER, register, than, 0, label);
  }

  /** The instructions, in the order of bytes of this machine, which is the kernel's. */
  byte[] assemble() {
    ByteBuffer bytes = ByteBuffer.allocate(code.size() * INSTRUCTION_BYTES).order(ByteOrder.nativeOrder());
    for (int i = 0; i < code.size(); i++) {
      long instruction = code.get(i);
      String label = jumps.get(i);
      if (label != null) {
        Integer target = labels.get(label);
        if (target == null) {
          throw new IllegalStateException("no label " + label);
        }
        instruction |= (target - i - 1 & 0xffffL) << 16;
      }
      bytes.putLong(instruction);
    }
    return bytes.array();
  }
}

#include "textflag.h"

// Bytes 0-3, 1-4, 2-5, 3-6 of a text; and 4-7, 5-8, 6-9, 7-10.
DATA grams<>+0(SB)/8, $0x0403020103020100
DATA grams<>+8(SB)/8, $0x0605040305040302
DATA grams<>+16(SB)/8, $0x0807060507060504
DATA grams<>+24(SB)/8, $0x0a09080709080706
GLOBL grams<>(SB), RODATA|NOPTR, $32

// func gramsAVX2(filter *[filterWords]uint32, text *byte, groups int, hits *byte)
//
// Eight places at a time: their groups of four bytes are hashed as hash does it, the words of
// the filter gathered, and both bits of each looked at.
TEXT ·gramsAVX2(SB), NOSPLIT, $0-32
	MOVQ filter+0(FP), DI
	MOVQ text+8(FP), SI
	MOVQ groups+16(FP), CX
	MOVQ hits+24(FP), DX
	VMOVDQU grams<>(SB), Y0
	MOVL $0x20202020, AX
	VMOVD AX, X1
	VPBROADCASTD X1, Y1
	MOVL $0x9E3779B1, AX
	VMOVD AX, X2
	VPBROADCASTD X2, Y2
	MOVL $31, AX
	VMOVD AX, X3
	VPBROADCASTD X3, Y3
	TESTQ CX, CX
	JZ done

loop:
	VBROADCASTI128 (SI), Y4
	VPOR Y1, Y4, Y4
	VPSHUFB Y0, Y4, Y4
	VPMULLD Y2, Y4, Y4
	VPSRLD $18, Y4, Y5
	VPCMPEQD Y6, Y6, Y6
	VPXOR Y7, Y7, Y7
	VPGATHERDD Y6, (DI)(Y5*4), Y7
	VPSRLD $13, Y4, Y8
	VPSRLD $8, Y4, Y9
	VPAND Y3, Y8, Y8
	VPAND Y3, Y9, Y9
	VPSRLVD Y8, Y7, Y8
	VPSRLVD Y9, Y7, Y9
	VPAND Y8, Y9, Y8
	VPSLLD $31, Y8, Y8
	VMOVMSKPS Y8, AX
	MOVB AX, (DX)
	ADDQ $8, SI
	INCQ DX
	DECQ CX
	JNZ loop

done:
	VZEROUPPER
	RET

#include "textflag.h"

// func wordsAVX2(content *byte, blocks int, inside *byte)
//
// For each block of 64 bytes a byte, whose bit k says that no byte of its word k is outside (runs.go).
TEXT ·wordsAVX2(SB), NOSPLIT, $0-24
	MOVQ content+0(FP), SI
	MOVQ blocks+8(FP), CX
	MOVQ inside+16(FP), DI
	MOVL $0x2b2b2b2b, AX // plus signs
	VMOVD AX, X0
	VPBROADCASTD X0, Y0
	MOVL $0x80808080, AX
	VMOVD AX, X1
	VPBROADCASTD X1, Y1
	VPXOR Y2, Y2, Y2
	TESTQ CX, CX
	JZ done

loop:
	VMOVDQU (SI), Y3
	VMOVDQU 32(SI), Y4
	VPSUBB Y0, Y3, Y5
	VPSUBB Y0, Y4, Y6
	VPOR Y3, Y5, Y5
	VPOR Y4, Y6, Y6
	VPAND Y1, Y5, Y5
	VPAND Y1, Y6, Y6
	VPCMPEQQ Y2, Y5, Y5
	VPCMPEQQ Y2, Y6, Y6
	VMOVMSKPD Y5, AX
	VMOVMSKPD Y6, DX
	SHLL $4, DX
	ORL DX, AX
	MOVB AX, (DI)
	ADDQ $64, SI
	INCQ DI
	DECQ CX
	JNZ loop

done:
	VZEROUPPER
	RET

// func marksAVX2(content *byte, blocks int, signs uint32, marks *uint64)
//
// For each block of 64 bytes a bit for each byte that is one of the four in signs.
TEXT ·marksAVX2(SB), NOSPLIT, $0-32
	MOVQ content+0(FP), SI
	MOVQ blocks+8(FP), CX
	MOVL signs+16(FP), AX
	MOVQ marks+24(FP), DI
	VMOVD AX, X0
	VPBROADCASTB X0, Y0
	SHRL $8, AX
	VMOVD AX, X1
	VPBROADCASTB X1, Y1
	SHRL $8, AX
	VMOVD AX, X2
	VPBROADCASTB X2, Y2
	SHRL $8, AX
	VMOVD AX, X3
	VPBROADCASTB X3, Y3
	TESTQ CX, CX
	JZ none

each:
	VMOVDQU (SI), Y4
	VMOVDQU 32(SI), Y5
	VPCMPEQB Y0, Y4, Y6
	VPCMPEQB Y1, Y4, Y7
	VPCMPEQB Y2, Y4, Y8
	VPCMPEQB Y3, Y4, Y9
	VPOR Y6, Y7, Y6
	VPOR Y8, Y9, Y8
	VPOR Y6, Y8, Y6
	VPMOVMSKB Y6, AX
	VPCMPEQB Y0, Y5, Y6
	VPCMPEQB Y1, Y5, Y7
	VPCMPEQB Y2, Y5, Y8
	VPCMPEQB Y3, Y5, Y9
	VPOR Y6, Y7, Y6
	VPOR Y8, Y9, Y8
	VPOR Y6, Y8, Y6
	VPMOVMSKB Y6, DX
	SHLQ $32, DX
	ORQ DX, AX
	MOVQ AX, (DI)
	ADDQ $64, SI
	ADDQ $8, DI
	DECQ CX
	JNZ each

none:
	VZEROUPPER
	RET

use capas_arrays::{
    ArgReduce, Copy, DepthwiseConv, DepthwiseFilterGrad, DepthwiseInputGrad, DynamicSlice, Fill, Gather, GatherNd,
    GatherReduce, OneHot, Pool, PoolGrad, Random, Resize, Scan, ScatterAdd, ScatterNd, Sort,
};
use capas_elementwise::{Map, Reduce, Softmax, UpdateRows};
use capas_linear::{Attention, AttentionGrad, Conv, ConvFilterGrad, ConvInputGrad, Dot, Pack};
use capas_runtime::codes::*;
use capas_runtime::{DecodeError, Op, Reader};

use crate::repeat::Repeat;
use crate::walk::{Instruction, Work};

const HEADER: usize = 4;

/// The instructions in a part of the stream.
pub fn decode(words: &[i32]) -> Result<Vec<Instruction>, DecodeError> {
    let mut instructions = vec![];
    let mut rest = words;
    while !rest.is_empty() {
        let &[opcode, length, flags, index, ..] = rest else {
            return Err(DecodeError("the stream ends within an instruction".into()));
        };
        let instruction = usize::try_from(length)
            .ok()
            .filter(|&length| length >= HEADER && length <= rest.len())
            .ok_or_else(|| DecodeError(format!("instruction {index} has the length {length}")))?;
        let (body, after) = (&rest[HEADER..instruction], &rest[instruction..]);
        let named = |DecodeError(message)| DecodeError(format!("instruction {index} (opcode {opcode}): {message}"));
        let mut reader = Reader::new(body);
        let mut work = || {
            if opcode == OP_LOOP {
                let repeat = Repeat::decode(&mut reader)?;
                let inside = after.split_at_checked(reader.count()?);
                let (inside, behind) = inside.ok_or_else(|| DecodeError("its body is not in the stream".into()))?;
                rest = behind;
                return Ok(Work::Loop(repeat, decode(inside)?));
            }
            rest = after;
            if opcode == OP_MAP && flags & FLAG_STREAMS != 0 {
                return Ok(Work::Op(Box::new(Map::decode(&mut reader)?.streaming())));
            }
            Ok(Work::Op(decode_op(opcode, &mut reader)?))
        };
        let work = work().map_err(named)?;
        if !reader.is_at_end() {
            return Err(named(DecodeError("it has more words than it should have".into())));
        }
        let index = usize::try_from(index).map_err(|_| named(DecodeError("its index is negative".into())))?;
        let (barrier, serial) = (flags & FLAG_BARRIER != 0, flags & FLAG_SERIAL != 0);
        instructions.push(Instruction { work, barrier, serial, index });
    }
    Ok(instructions)
}

fn decode_op(opcode: i32, reader: &mut Reader) -> Result<Box<dyn Op>, DecodeError> {
    Ok(match opcode {
        OP_MAP => Box::new(Map::decode(reader)?),
        OP_REDUCE => Box::new(Reduce::decode(reader)?),
        OP_SOFTMAX => Box::new(Softmax::decode(reader)?),
        OP_DOT => Box::new(Dot::decode(reader)?),
        OP_ATTENTION => Box::new(Attention::decode(reader)?),
        OP_ATTENTION_GRAD => Box::new(AttentionGrad::decode(reader)?),
        OP_PACK => Box::new(Pack::decode(reader)?),
        OP_CONV => Box::new(Conv::decode(reader)?),
        OP_CONV_INPUT_GRAD => Box::new(ConvInputGrad::decode(reader)?),
        OP_CONV_FILTER_GRAD => Box::new(ConvFilterGrad::decode(reader)?),
        OP_DEPTHWISE_CONV => Box::new(DepthwiseConv::decode(reader)?),
        OP_DEPTHWISE_INPUT_GRAD => Box::new(DepthwiseInputGrad::decode(reader)?),
        OP_DEPTHWISE_FILTER_GRAD => Box::new(DepthwiseFilterGrad::decode(reader)?),
        OP_POOL => Box::new(Pool::decode(reader)?),
        OP_POOL_GRAD => Box::new(PoolGrad::decode(reader)?),
        OP_GATHER => Box::new(Gather::decode(reader)?),
        OP_SCATTER_ADD => Box::new(ScatterAdd::decode(reader)?),
        OP_GATHER_ND => Box::new(GatherNd::decode(reader)?),
        OP_SCATTER_ND => Box::new(ScatterNd::decode(reader)?),
        OP_COPY => Box::new(Copy::decode(reader)?),
        OP_FILL => Box::new(Fill::decode(reader)?),
        OP_DYNAMIC_SLICE => Box::new(DynamicSlice::decode(reader)?),
        OP_ARG_REDUCE => Box::new(ArgReduce::decode(reader)?),
        OP_SCAN => Box::new(Scan::decode(reader)?),
        OP_ONE_HOT => Box::new(OneHot::decode(reader)?),
        OP_SORT => Box::new(Sort::decode(reader)?),
        OP_RANDOM => Box::new(Random::decode(reader)?),
        OP_RESIZE => Box::new(Resize::decode(reader)?),
        OP_GATHER_REDUCE => Box::new(GatherReduce::decode(reader)?),
        OP_UPDATE_ROWS => Box::new(UpdateRows::decode(reader)?),
        _ => return Err(DecodeError("this executor does not know it".into())),
    })
}

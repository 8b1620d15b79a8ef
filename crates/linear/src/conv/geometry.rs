use capas_runtime::{DecodeError, Reader};

/// A convolution in numbers; pairs are of rows and columns.
#[derive(Debug, Clone)]
pub(crate) struct Geometry {
    pub images: usize,
    /// The sizes of an image before and after.
    pub input: [usize; 2],
    pub output: [usize; 2],
    pub window: [usize; 2],
    pub stride: [usize; 2],
    pub dilation: [usize; 2],
    pub pad: [usize; 2],
    pub groups: usize,
    /// Channels of one group.
    pub in_channels: usize,
    pub out_channels: usize,
}

impl Geometry {
    pub fn decode(reader: &mut Reader) -> Result<Self, DecodeError> {
        let pair = |reader: &mut Reader| Ok([reader.count()?, reader.count()?]);
        let images = reader.count()?;
        let input = pair(reader)?;
        let channels = reader.count()?;
        let window = pair(reader)?;
        let filters = reader.count()?;
        let (output, stride, dilation, pad) = (pair(reader)?, pair(reader)?, pair(reader)?, pair(reader)?);
        let groups = reader.count()?;
        let fits = groups > 0 && channels % groups == 0 && filters % groups == 0;
        if !fits || stride.contains(&0) || dilation.contains(&0) {
            let counts = format!("{channels} channels and {filters} filters in {groups} groups");
            return Err(DecodeError(format!("a convolution of {counts}, strides {stride:?}, dilations {dilation:?}")));
        }
        let (in_channels, out_channels) = (channels / groups, filters / groups);
        Ok(Self { images, input, output, window, stride, dilation, pad, groups, in_channels, out_channels })
    }
}
